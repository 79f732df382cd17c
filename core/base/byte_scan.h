// Sixteen bytes of a text at once, with the compiler's own vectors: SSE2 on every amd64 machine,
// NEON on arm64.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

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
    if constexpr (std::endian::native != std::endian::little) return at;
    if (halves[0] != 0) return at + std::countr_zero(halves[0]) / 8;
    return at + sizeof halves[0] + std::countr_zero(halves[1]) / 8;
#endif
  }
  return at;
}

}  // namespace penstock
