// Password hashes (Argon2id), two at once at most in a process, whatever asks for them: each takes
// 64 MiB, and a crowd at the sign-in must not run them all together. A third waits.
#pragma once

#include <string>
#include <string_view>

namespace penstock::console {

// "" where memory is short. Blocking: tens of milliseconds, and the wait for one's turn.
std::string hash_password(std::string_view password);

// Whether it is the password of that hash. Blocking likewise.
bool is_password_of(std::string_view hash, std::string_view password);

// What a password is compared with where there is no such user, so that it takes the same time.
const std::string& nobodys_hash();

}  // namespace penstock::console
