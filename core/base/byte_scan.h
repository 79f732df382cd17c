// Sixteen bytes of a text at once, with the compiler's own vectors: SSE2 on every amd64 machine,
// NEON on arm64.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace penstock {

using Bytes16 = std::uint8_t __attribute__((vector_size(16)));

// The first place at or behind `at` where a whole block of sixteen begins in which `is_special`
// finds something, or that has fewer bytes left: from there on the caller looks at bytes. It is
// asked with a block, and answers with a vector whose bytes are not 0 where it has.
template <class IsSpecial>
std::size_t pass_blocks(std::string_view text, std::size_t at, IsSpecial is_special) {
  Bytes16 block{};
  for (; text.size() - at >= sizeof block; at += sizeof block) {
    std::memcpy(&block, text.data() + at, sizeof block);
    const auto found = is_special(block);
    static_assert(sizeof found == sizeof block);
    std::uint64_t halves[2];
    std::memcpy(halves, &found, sizeof found);
    if ((halves[0] | halves[1]) != 0) break;
  }
  return at;
}

// As pass_blocks(), and where a block has such a byte, on to the first of them. `is_special` gives
// vectors whose bytes are 0 or 0xff, as comparisons do.
template <class IsSpecial>
const char* find_in_blocks(const char* at, const char* end, IsSpecial is_special) {
  Bytes16 block{};
  for (; end - at >= static_cast<std::ptrdiff_t>(sizeof block); at += sizeof block) {
    std::memcpy(&block, at, sizeof block);
    const auto found = is_special(block);
    static_assert(sizeof found == sizeof block);
#ifdef __SSE2__
    using Chars16 = char __attribute__((vector_size(16)));
    const auto bits =
        static_cast<unsigned>(__builtin_ia32_pmovmskb128(reinterpret_cast<Chars16>(found)));
    if (bits != 0) return at + std::countr_zero(bits);
#else
    std::uint64_t halves[2];
    std::memcpy(halves, &found, sizeof found);
    if ((halves[0] | halves[1]) == 0) continue;
    constexpr bool kIsLittle = std::endian::native == std::endian::little;
    const std::size_t half = halves[0] != 0 ? 0 : 1;
    const int before = kIsLittle ? std::countr_zero(halves[half]) : std::countl_zero(halves[half]);
    return at + half * sizeof halves[0] + before / 8;
#endif
  }
  return at;
}

// As find_in_blocks(), down to the last byte. `filler` is a byte that is not special.
template <class IsSpecial>
const char* find_in_text(const char* at, const char* end, char filler, IsSpecial is_special) {
  at = find_in_blocks(at, end, is_special);
  const auto left = static_cast<std::size_t>(end - at);
  char last[sizeof(Bytes16)];
  if (left == 0 || left >= sizeof last) return at;
  std::memset(last, filler, sizeof last);
  copy_short(last, at, left);
  const auto found =
      static_cast<std::size_t>(find_in_blocks(last, last + sizeof last, is_special) - last);
  return at + std::min(found, left);
}

}  // namespace penstock
