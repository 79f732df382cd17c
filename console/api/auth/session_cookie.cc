#include "console/api/auth/session_cookie.h"

#include "base/text.h"

namespace penstock::console {

namespace {

std::string_view cookie_name(bool is_secure) {
  return is_secure ? "__Host-penstock_session" : "penstock_session";
}

std::string cookie(std::string_view token, std::int64_t seconds, bool is_secure) {
  return str_cat(cookie_name(is_secure), "=", token, "; Path=/; Max-Age=", seconds,
                 "; HttpOnly; SameSite=Strict", is_secure ? "; Secure" : "");
}

}  // namespace

std::string_view session_token(std::string_view cookie_header, bool is_secure) {
  const std::string_view name = cookie_name(is_secure);
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

std::string set_session_cookie(std::string_view token, std::int64_t hours, bool is_secure) {
  return cookie(token, hours * 3600, is_secure);
}

std::string clear_session_cookie(bool is_secure) { return cookie("", 0, is_secure); }

}  // namespace penstock::console
