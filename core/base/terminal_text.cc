#include "base/terminal_text.h"

#include <cstdint>

#include "base/utf8.h"

namespace penstock {
namespace {

// Of a valid sequence of up to three bytes; all that is unsafe is that short.
std::uint32_t code_point_of(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  switch (sequence.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1fU) << 6 | (byte(1) & 0x3fU);
    case 3:
      return (byte(0) & 0x0fU) << 12 | (byte(1) & 0x3fU) << 6 | (byte(2) & 0x3fU);
    default:
      return 0x10ffff;
  }
}

bool is_unsafe(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) ||        // C0, DEL, C1.
         c == 0x061c || c == 0x200e || c == 0x200f ||  // Marks of direction.
         (c >= 0x2028 && c <= 0x202e) ||               // Line ends, embeddings, overrides.
         (c >= 0x2066 && c <= 0x2069);                 // Isolates.
}

}  // namespace

std::size_t unsafe_length(std::string_view text, std::size_t at) {
  const std::size_t length = utf8_length(text, at);
  if (length == 0) return 1;
  return is_unsafe(code_point_of(text.substr(at, length))) ? length : 0;
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      ++i;
      continue;
    }
    const std::string_view sequence = text.substr(i, length);
    i += length;
    const std::uint32_t c = code_point_of(sequence);
    if (!is_unsafe(c)) {
      out += sequence;
      continue;
    }
    out += "\\u";
    for (const int shift : {12, 8, 4, 0}) out += kDigits[c >> shift & 15];
  }
}

}  // namespace penstock
