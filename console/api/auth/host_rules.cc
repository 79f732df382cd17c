#include "console/api/auth/host_rules.h"

#include "base/text.h"
#include "http/client_address.h"

namespace penstock::console {

namespace {

// "https://a.example:8443/x" to "a.example:8443"; "" where there is no scheme.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  url.remove_prefix(scheme_end + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

// "" for what is no authority.
std::string_view without_port(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const std::string_view name = authority.substr(0, authority.find(']') + 1);
    const std::string_view rest = authority.substr(name.size());
    return rest.empty() || rest.front() == ':' ? name : std::string_view();
  }
  return authority.substr(0, authority.find(':'));
}

bool is_loopback_name(std::string_view name) {
  constexpr std::string_view kLocal = "localhost";
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (equals_ignoring_case(name, kLocal)) return true;
  // RFC 6761, 6.3: all names below it are loopback too.
  return name.size() > kLocal.size() + 1 && name[name.size() - kLocal.size() - 1] == '.' &&
         equals_ignoring_case(name.substr(name.size() - kLocal.size()), kLocal);
}

}  // namespace

HostRules::HostRules(std::string_view public_url)
    : public_authority_(to_lower(authority_of(public_url))),
      public_host_(without_port(public_authority_)),
      is_secure_(to_lower(public_url.substr(0, 8)) == "https://") {}

bool HostRules::is_ours(std::string_view host) const {
  const std::string_view name = without_port(host);
  if (name.empty()) return false;
  if (is_loopback_name(name)) return true;
  if (!public_host_.empty() && equals_ignoring_case(name, public_host_)) return true;
  return http::Address::parse(name).has_value();
}

bool HostRules::is_same_origin(const http::Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return true;
  const std::string_view authority = authority_of(origin);
  if (authority.empty()) return false;  // "null": a sandboxed page.
  return equals_ignoring_case(authority, request.header("Host")) ||
         equals_ignoring_case(authority, public_authority_);
}

}  // namespace penstock::console
