// The cookies that carry a session's token and a device's (device_token.h): HttpOnly,
// SameSite=Strict and, where the console is reached by https, Secure and bound to the host by their
// names (__Host-).
//
// A sign-in sets one cookie, of both tokens: many clients read one Set-Cookie of an answer. The
// device's own, which outlives the session, follows with the next answer about the session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::console {

// The tokens in a Cookie header, "" without one.
std::string_view session_token(std::string_view cookie_header, bool is_secure);
std::string_view device_token(std::string_view cookie_header, bool is_secure);

// Set-Cookie's value.
std::string set_session_cookie(std::string_view token, std::string_view device, std::int64_t hours,
                               bool is_secure);
std::string clear_session_cookie(bool is_secure);
std::string set_device_cookie(std::string_view token, bool is_secure);

}  // namespace penstock::console
