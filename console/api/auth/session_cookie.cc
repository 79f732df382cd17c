#include "console/api/auth/session_cookie.h"

#include "base/text.h"

namespace penstock::console {

namespace {

// What browsers keep a cookie for at most.
constexpr std::int64_t kDeviceSeconds = std::int64_t{400} * 86'400;

// In no token.
constexpr char kBetween = '~';

constexpr std::string_view kSession = "penstock_session";
constexpr std::string_view kDevice = "penstock_device";

std::string full_name(std::string_view name, bool is_secure) {
  return str_cat(is_secure ? "__Host-" : "", name);
}

std::string cookie(std::string_view name, std::string_view token, std::int64_t seconds,
                   bool is_secure) {
  return str_cat(full_name(name, is_secure), "=", token, "; Path=/; Max-Age=", seconds,
                 "; HttpOnly; SameSite=Strict", is_secure ? "; Secure" : "");
}

std::string_view value_of(std::string_view cookie_header, std::string_view name) {
  while (!cookie_header.empty()) {
    const std::size_t semicolon = cookie_header.find(';');
    const std::string_view pair = trim(cookie_header.substr(0, semicolon));
    if (pair.size() > name.size() && pair[name.size()] == '=' &&
        pair.substr(0, name.size()) == name) {
      return pair.substr(name.size() + 1);
    }
    if (semicolon == std::string_view::npos) break;
    cookie_header.remove_prefix(semicolon + 1);
  }
  return {};
}

}  // namespace

std::string_view session_token(std::string_view cookie_header, bool is_secure) {
  const std::string_view value = value_of(cookie_header, full_name(kSession, is_secure));
  return value.substr(0, value.find(kBetween));
}

std::string_view device_token(std::string_view cookie_header, bool is_secure) {
  const std::string_view own = value_of(cookie_header, full_name(kDevice, is_secure));
  if (!own.empty()) return own;
  const std::string_view value = value_of(cookie_header, full_name(kSession, is_secure));
  const std::size_t between = value.find(kBetween);
  return between == std::string_view::npos ? std::string_view() : value.substr(between + 1);
}

std::string set_session_cookie(std::string_view token, std::string_view device, std::int64_t hours,
                               bool is_secure) {
  return cookie(kSession, str_cat(token, std::string_view(&kBetween, 1), device), hours * 3600,
                is_secure);
}

std::string clear_session_cookie(bool is_secure) { return cookie(kSession, "", 0, is_secure); }

std::string set_device_cookie(std::string_view token, bool is_secure) {
  return cookie(kDevice, token, kDeviceSeconds, is_secure);
}

}  // namespace penstock::console
