// The cookie that carries a session's token: HttpOnly, SameSite=Strict and, where the console is
// reached by https, Secure and bound to the host by its name (__Host-).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::console {

// The token in a Cookie header, "" without one.
std::string_view session_token(std::string_view cookie_header, bool is_secure);

// Set-Cookie's value.
std::string set_session_cookie(std::string_view token, std::int64_t hours, bool is_secure);
std::string clear_session_cookie(bool is_secure);

}  // namespace penstock::console
