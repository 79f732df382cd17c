// A collision-resistant hash of texts, for names that nobody may forge.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::crypto {

using Digest = std::array<std::uint8_t, 16>;

// BLAKE2b of `first` and `second` as two parts: ("ab","c") and ("a","bc") differ. May be called
// before start_crypto(), and on any thread.
Digest digest_of(std::string_view first, std::string_view second);

// The same of a text that may be long, such as a body: SHA-256, for which most processors have
// instructions, cut to its first 16 bytes; BLAKE2b where OpenSSL has none, as it may be configured.
Digest digest_of_content(std::string_view content);

}  // namespace penstock::crypto
