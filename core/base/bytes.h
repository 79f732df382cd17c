// Byte views, and the padding that the JSON parser may read behind a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace penstock {

// simdjson reads this many bytes past a text's end. Every buffer whose content may be parsed as
// JSON keeps as much capacity behind its size; core/json asserts that the number is simdjson's.
inline constexpr std::size_t kReadablePadding = 64;

// Makes sure that kReadablePadding bytes behind `text`'s end belong to it.
inline void reserve_padding(std::string& text) { text.reserve(text.size() + kReadablePadding); }

// Few bytes, in fewer steps than a call of memcpy takes; more of them by that.
inline void copy_short(char* to, const char* from, std::size_t bytes) {
  const auto copy_halves = [=](auto half) {
    auto last = half;
    std::memcpy(&half, from, sizeof half);
    std::memcpy(&last, from + bytes - sizeof last, sizeof last);
    std::memcpy(to, &half, sizeof half);
    std::memcpy(to + bytes - sizeof last, &last, sizeof last);
  };
  using Bytes = std::array<std::uint64_t, 2>;
  if (bytes > 2 * sizeof(Bytes)) {
    std::memcpy(to, from, bytes);
  } else if (bytes >= sizeof(Bytes)) {
    copy_halves(Bytes{});
  } else if (bytes >= sizeof(std::uint64_t)) {
    copy_halves(std::uint64_t{});
  } else if (bytes >= sizeof(std::uint32_t)) {
    copy_halves(std::uint32_t{});
  } else if (bytes > 0) {
    to[0] = from[0];
    to[bytes / 2] = from[bytes / 2];
    to[bytes - 1] = from[bytes - 1];
  }
}

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace penstock
