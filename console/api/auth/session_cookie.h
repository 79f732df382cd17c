// The cookies that carry a session's token and a device's (device_token.h): HttpOnly,
// SameSite=Strict and, where the console is reached by https, Secure and bound to the host by their
// names (__Host-).
//
// Browsers keep cookies by host and not by port. So that two consoles of one machine, or behind two
// tunnels to one's own, do not sign each other out, the port stands in the name, too.
//
// A sign-in sets one cookie, of both tokens: many clients read one Set-Cookie of an answer. The
// device's own, which outlives the session, follows with the next answer about the session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::console {

struct CookieScope {
  bool is_secure = false;
  std::string port;  // That browsers see, "8081"; "" for the scheme's own.
};
// "stats.example.org:8443" to "8443"; "" for what has no port, or none of up to five digits.
std::string port_of(std::string_view authority);

// The tokens in a Cookie header, "" without one. Of names without a port, too, which versions
// before had.
std::string_view session_token(std::string_view cookie_header, const CookieScope& scope);
std::string_view device_token(std::string_view cookie_header, const CookieScope& scope);

// Set-Cookie's value.
std::string set_session_cookie(std::string_view token, std::string_view device, std::int64_t hours,
                               const CookieScope& scope);
std::string clear_session_cookie(const CookieScope& scope);
std::string set_device_cookie(std::string_view token, const CookieScope& scope);

}  // namespace penstock::console
