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

std::string full_name(std::string_view name, const CookieScope& scope) {
  return str_cat(scope.is_secure ? "__Host-" : "", name, scope.port.empty() ? "" : "_", scope.port);
}

std::string cookie(std::string_view name, std::string_view token, std::int64_t seconds,
                   const CookieScope& scope) {
  return str_cat(full_name(name, scope), "=", token, "; Path=/; Max-Age=", seconds,
                 "; HttpOnly; SameSite=Strict", scope.is_secure ? "; Secure" : "");
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

// By its name with the port, or else by that without one.
std::string_view value_in(std::string_view cookie_header, std::string_view name,
                          const CookieScope& scope) {
  const std::string_view own = value_of(cookie_header, full_name(name, scope));
  return own.empty() ? value_of(cookie_header, full_name(name, {scope.is_secure, ""})) : own;
}

}  // namespace

std::string port_of(std::string_view authority) {
  constexpr std::size_t kDigitsMax = 5;
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view port = authority.substr(colon + 1);
  if (port.size() > kDigitsMax || port.find_first_not_of("0123456789") != port.npos) return {};
  return std::string(port);
}

std::string_view session_token(std::string_view cookie_header, const CookieScope& scope) {
  const std::string_view value = value_in(cookie_header, kSession, scope);
  return value.substr(0, value.find(kBetween));
}

std::string_view device_token(std::string_view cookie_header, const CookieScope& scope) {
  const std::string_view own = value_in(cookie_header, kDevice, scope);
  if (!own.empty()) return own;
  const std::string_view value = value_in(cookie_header, kSession, scope);
  const std::size_t between = value.find(kBetween);
  return between == std::string_view::npos ? std::string_view() : value.substr(between + 1);
}

std::string set_session_cookie(std::string_view token, std::string_view device, std::int64_t hours,
                               const CookieScope& scope) {
  return cookie(kSession, str_cat(token, std::string_view(&kBetween, 1), device), hours * 3600,
                scope);
}

std::string clear_session_cookie(const CookieScope& scope) {
  return cookie(kSession, "", 0, scope);
}

std::string set_device_cookie(std::string_view token, const CookieScope& scope) {
  return cookie(kDevice, token, kDeviceSeconds, scope);
}

}  // namespace penstock::console
