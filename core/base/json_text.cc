#include "base/json_text.h"

#include <cstddef>
#include <cstdint>

#include "base/byte_scan.h"
#include "base/utf8.h"

namespace penstock {
namespace {

// Behind the bytes that stand in a string as they are; all others go through append_special().
std::size_t pass_plain(std::string_view text, std::size_t at) {
  const char* const end = text.data() + text.size();
  const char* const special = find_in_text(text.data() + at, end, ' ', [](Bytes16 block) {
    return (block < 0x20) | (block >= 0x7f) | (block == '"') | (block == '\\') | (block == '<') |
           (block == '>') | (block == '&');
  });
  return static_cast<std::size_t>(special - text.data());
}

void append_escape(std::string& out, std::uint32_t unit) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u";
  for (const int shift : {12, 8, 4, 0}) out += kDigits[unit >> shift & 15];
}

// Appends the character at `at`, which begins no ASCII, and returns how many bytes it took.
std::size_t append_sequence(std::string& out, std::string_view text, std::size_t at) {
  const std::size_t length = utf8_length(text, at);
  if (length == 0) {
    out += "\xef\xbf\xbd";
    return 1;
  }
  const std::string_view sequence = text.substr(at, length);
  if (sequence == "\xe2\x80\xa8" || sequence == "\xe2\x80\xa9") {
    append_escape(out, sequence.back() == '\xa8' ? 0x2028 : 0x2029);
  } else if (sequence < "\xc2\xa0") {
    append_escape(out, static_cast<unsigned char>(sequence.back()));
  } else {
    out += sequence;
  }
  return length;
}

// Appends the character at `at`, which is not plain, and returns how many bytes it took.
std::size_t append_special(std::string& out, std::string_view text, std::size_t at) {
  const char c = text[at];
  if (static_cast<unsigned char>(c) >= 0x80) return append_sequence(out, text, at);
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      append_escape(out, static_cast<unsigned char>(c));
      break;
  }
  return 1;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = pass_plain(text, 0); i < text.size(); i = pass_plain(text, start)) {
    out += text.substr(start, i - start);
    start = i + append_special(out, text, i);
  }
  out += text.substr(start);
  out += '"';
}

}  // namespace penstock
