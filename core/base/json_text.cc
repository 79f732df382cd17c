#include "base/json_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/byte_scan.h"
#include "base/bytes.h"
#include "base/utf8.h"

namespace penstock {
namespace {

constexpr auto kIsSpecial = [](Bytes16 block) {
  return (block < 0x20) | (block >= 0x7f) | (block == '"') | (block == '\\') | (block == '<') |
         (block == '>') | (block == '&');
};

// Behind the bytes that stand in a string as they are; all others go through append_special().
std::size_t pass_plain(std::string_view text, std::size_t at) {
  const char* const end = text.data() + text.size();
  const char* const special = find_in_text(text.data() + at, end, ' ', kIsSpecial);
  return static_cast<std::size_t>(special - text.data());
}

// All of a short text in one block, some of its bytes twice.
Bytes16 block_of(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  std::uint64_t halves[2] = {};
  if (text.size() >= 8) {
    std::memcpy(&halves[0], begin, 8);
    std::memcpy(&halves[1], end - 8, 8);
  } else if (text.size() >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, begin, 4);
    std::memcpy(&last, end - 4, 4);
    halves[0] = halves[1] = std::uint64_t{last} << 32 | first;
  } else {
    char bytes[8];
    std::memset(bytes, begin[0], sizeof bytes);
    bytes[1] = begin[text.size() / 2];
    bytes[2] = end[-1];
    std::memcpy(&halves[0], bytes, sizeof bytes);
    halves[1] = halves[0];
  }
  Bytes16 block{};
  std::memcpy(&block, halves, sizeof block);
  return block;
}

bool has_special(Bytes16 block) {
  const auto found = kIsSpecial(block);
  std::uint64_t halves[2];
  std::memcpy(halves, &found, sizeof found);
  return (halves[0] | halves[1]) != 0;
}

// Where the first byte that is not plain is looked for: it is not before. The text's end where
// there is none, which costs a step for sixteen bytes.
std::size_t pass_plain_blocks(std::string_view text) {
  constexpr std::size_t kBlock = sizeof(Bytes16);
  if (text.empty()) return 0;
  if (text.size() < kBlock) return has_special(block_of(text)) ? 0 : text.size();
  Bytes16 block{};
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const std::size_t begin = std::min(at, text.size() - kBlock);
    std::memcpy(&block, text.data() + begin, kBlock);
    if (has_special(block)) return at;
  }
  return text.size();
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

void append_any(std::string& out, std::string_view text, std::size_t plain) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = pass_plain(text, plain); i < text.size(); i = pass_plain(text, start)) {
    out += text.substr(start, i - start);
    start = i + append_special(out, text, i);
  }
  out += text.substr(start);
  out += '"';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  append_json_string(out, text, {}, {});
}

void append_json_string(std::string& out, std::string_view text, std::string_view before,
                        std::string_view behind) {
  const std::size_t plain = pass_plain_blocks(text);
  std::array<char, 256> whole;
  if (plain == text.size() && before.size() + text.size() + behind.size() + 2 <= whole.size()) {
    char* at = whole.data();
    const auto put = [&at](std::string_view part) {
      copy_short(at, part.data(), part.size());
      at += part.size();
    };
    put(before);
    *at++ = '"';
    put(text);
    *at++ = '"';
    put(behind);
    out.append(whole.data(), static_cast<std::size_t>(at - whole.data()));
    return;
  }
  out += before;
  append_any(out, text, plain);
  out += behind;
}

}  // namespace penstock
