// XXH3: checksums and table keys. Fast, not cryptographic: nothing secret may rest on it.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

struct Hash128 {
  std::uint64_t high;
  std::uint64_t low;
};

// The hash of `first` and `second` as two parts: ("ab","c") and ("a","bc") differ.
Hash128 hash128(std::string_view first, std::string_view second);

}  // namespace penstock
