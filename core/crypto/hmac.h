// HMAC-SHA-256 (RFC 2104), by which senders of web hooks sign. By libsodium.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace penstock::crypto {

inline constexpr std::size_t kHmacBytes = 32;

// The 32 bytes of `parts` one after the other, under a key of any length. May be called before
// start_crypto(), and on any thread. Compare with is_equal().
std::string hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace penstock::crypto
