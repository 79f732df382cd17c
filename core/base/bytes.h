// Byte views, and the padding that the JSON parser may read behind a text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace penstock {

// simdjson reads this many bytes past a text's end. Every buffer whose content may be parsed as
// JSON keeps as much capacity behind its size; core/json asserts that the number is simdjson's.
inline constexpr std::size_t kReadablePadding = 64;

// Makes sure that kReadablePadding bytes behind `text`'s end belong to it.
inline void reserve_padding(std::string& text) { text.reserve(text.size() + kReadablePadding); }

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace penstock
