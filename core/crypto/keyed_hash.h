// SipHash-2-4 of a text under a secret key: 64 bits that nobody without the key can steer, so that
// no two texts can be made that meet in a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::crypto {

using HashKey = std::array<std::uint8_t, 16>;

// May be called before start_crypto(), and on any thread.
std::uint64_t keyed_hash(const HashKey& key, std::string_view text);

// A new one, of the kernel's random bytes.
HashKey random_hash_key();

}  // namespace penstock::crypto
