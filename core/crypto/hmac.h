// HMAC (RFC 2104), by which senders of web hooks sign: with SHA-256 by libsodium, with SHA-1, which
// only Vercel still wants, by OpenSSL.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace penstock::crypto {

inline constexpr std::size_t kHmacBytes = 32;

// The 32 bytes of `parts` one after the other, under a key of any length. May be called before
// start_crypto(), and on any thread. Compare with is_equal().
std::string hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

// The 20 bytes of `text`. "" where OpenSSL has no SHA-1, as it may be configured: equal to no
// signature.
std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace penstock::crypto
