// UTF-8: reading it, writing it, cutting it and repairing it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// Without U+FEFF at its beginning, which a reader of JSON may pass over (RFC 8259, section 8.1) and
// which Windows' programs like to write.
constexpr std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  // The usual text is told by its first byte.
  if (text.empty() || text.front() != kMark.front()) return text;
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

// Length of the valid sequence that begins at `at`, 0 where there is none. Requires at < size.
std::size_t utf8_length(std::string_view text, std::size_t at);

// Requires a scalar value: at most U+10FFFF and no surrogate.
void append_utf8(std::string& out, std::uint32_t code_point);

bool is_valid_utf8(std::string_view text);

// The longest prefix of at most `bytes_max` bytes that does not cut a sequence in two.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

// Appends `text` with U+FFFD in place of each byte that is not part of a valid sequence. At most
// three times as many bytes.
void append_valid_utf8(std::string& out, std::string_view text);

// The same, and characters above U+FFFF that stand as the two halves of a surrogate pair, three
// bytes each (CESU-8), come out as UTF-8: some scripts encode UTF-16 so.
void append_utf8_of_cesu8(std::string& out, std::string_view text);

}  // namespace penstock
