// A mask's bytes as bits.
#pragma once

#include <cstdint>
#include <cstring>

namespace penstock::store {

// Eight bytes that are 0 or 1, the first one in the lowest bit: each factor brings one of them to
// its place among the uppermost eight.
inline std::uint8_t mask_bits(const std::uint8_t* mask) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, mask, sizeof bytes);
  return static_cast<std::uint8_t>(bytes * 0x0102'0408'1020'4080 >> 56);
}

}  // namespace penstock::store
