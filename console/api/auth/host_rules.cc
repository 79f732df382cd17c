#include "console/api/auth/host_rules.h"

#include "base/text.h"
#include "http/client_address.h"

namespace penstock::console {

std::string_view host_without_port(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const std::string_view name = authority.substr(0, authority.find(']') + 1);
    const std::string_view rest = authority.substr(name.size());
    return rest.empty() || rest.front() == ':' ? name : std::string_view();
  }
  return authority.substr(0, authority.find(':'));
}

namespace {

// "https://a.example:8443/x" to "a.example:8443"; "" where there is no scheme.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  url.remove_prefix(scheme_end + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

// The authority as a browser writes it: without the scheme's own port, in lower case.
std::string normal_authority(std::string_view authority, bool is_https) {
  const std::string_view port = is_https ? ":443" : ":80";
  if (authority.size() > port.size() && authority.substr(authority.size() - port.size()) == port &&
      !host_without_port(authority).empty() &&
      host_without_port(authority).size() + port.size() == authority.size()) {
    authority.remove_suffix(port.size());
  }
  return to_lower(authority);
}

bool is_https_url(std::string_view url) { return to_lower(url.substr(0, 8)) == "https://"; }

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
    : public_authority_(normal_authority(authority_of(public_url), is_https_url(public_url))),
      public_host_(host_without_port(public_authority_)),
      is_secure_(is_https_url(public_url)) {}

bool HostRules::is_ours(std::string_view host) const {
  const std::string_view name = host_without_port(host);
  if (name.empty()) return false;
  if (is_loopback_name(name)) return true;
  if (!public_host_.empty() && equals_ignoring_case(name, public_host_)) return true;
  return http::Address::parse(name).has_value();
}

// Browsers send Sec-Fetch-Site, and no page can make them say anything else. They compare what they
// see, so a proxy that rewrites Host changes nothing about it; Origin has to be compared with a
// Host that may have been rewritten.
bool HostRules::is_same_origin(const http::Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (site == "same-origin") return true;
  if (!site.empty() && site != "none") return false;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return true;
  if (authority_of(origin).empty()) return false;  // "null": a sandboxed page.
  const bool is_https = is_https_url(origin);
  const std::string authority = normal_authority(authority_of(origin), is_https);
  return authority == normal_authority(request.header("Host"), is_https) ||
         (!public_authority_.empty() && authority == public_authority_);
}

}  // namespace penstock::console
