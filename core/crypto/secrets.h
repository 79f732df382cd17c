// Secrets: random tokens, their hashes, passwords. All by libsodium.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::crypto {

// Requires to be called once, before anything else here.
void start_crypto();

// `bytes` random bytes from the kernel as base64url without padding: 32 bytes give 43 characters.
std::string random_token(std::size_t bytes);

// That many random characters of A-Z, a-z and 0-9, each as likely: 43 have 256 random bits.
std::string random_alphanumeric(std::size_t count);

// BLAKE2b-256 in hex. For tokens of 256 random bits, which need no slow hash.
std::string token_hash(std::string_view token);

// Compares without telling by its time where texts differ.
bool is_equal(std::string_view a, std::string_view b);

// Argon2id (crypto_pwhash_str, INTERACTIVE limits: 64 MiB, tens of milliseconds). Pool threads
// only. "" where memory is short.
std::string password_hash(std::string_view password);
bool password_matches(std::string_view hash, std::string_view password);

}  // namespace penstock::crypto
