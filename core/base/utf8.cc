#include "base/utf8.h"

#include "base/byte_scan.h"

namespace penstock {
namespace {

// Half of a pair, as CESU-8 has it: 0 where none begins at `at`, else U+D800 to U+DFFF.
std::uint32_t surrogate_at(std::string_view text, std::size_t at) {
  if (text.size() < 3 || at > text.size() - 3) return 0;
  const auto byte_at = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(text[i])};
  };
  const bool is_one =
      byte_at(at) == 0xed && (byte_at(at + 1) & 0xe0) == 0xa0 && (byte_at(at + 2) & 0xc0) == 0x80;
  return is_one ? 0xd000 | (byte_at(at + 1) & 0x3f) << 6 | (byte_at(at + 2) & 0x3f) : 0;
}

}  // namespace

// Table 3-7 of the Unicode Standard: which second bytes follow which first ones.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte_at(at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() - at < length) return 0;
  const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte_at(at + 1) < low || byte_at(at + 1) > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(at + k) & 0xc0) != 0x80) return 0;
  }
  return length;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
  if (code_point < 0x80) {
    out += byte(code_point);
    return;
  }
  if (code_point < 0x800) {
    out += byte(0xc0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      out += byte(0xe0 | (code_point >> 12));
    } else {
      out += byte(0xf0 | (code_point >> 18));
      out += byte(0x80 | ((code_point >> 12) & 0x3f));
    }
    out += byte(0x80 | ((code_point >> 6) & 0x3f));
  }
  out += byte(0x80 | (code_point & 0x3f));
}

bool is_valid_utf8(std::string_view text) {
  const auto pass_ascii = [text](std::size_t at) {
    return pass_blocks(text, at, [](Bytes16 block) { return block & 0x80; });
  };
  for (std::size_t i = pass_ascii(0); i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

void append_utf8_of_cesu8(std::string& out, std::string_view text) {
  constexpr std::size_t kPairBytes = 6;
  constexpr std::uint32_t kLow = 0xdc00;
  std::size_t start = 0;
  for (std::size_t i = text.find('\xed'); i != std::string_view::npos; i = text.find('\xed', i)) {
    const std::uint32_t high = surrogate_at(text, i);
    const std::uint32_t low = surrogate_at(text, i + kPairBytes / 2);
    if (high == 0 || high >= kLow || low < kLow) {
      ++i;
      continue;
    }
    append_valid_utf8(out, text.substr(start, i - start));
    append_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (low - kLow));
    start = i += kPairBytes;
  }
  append_valid_utf8(out, text.substr(start));
}

void append_valid_utf8(std::string& out, std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length > 0) {
      i += length;
      continue;
    }
    out += text.substr(start, i - start);
    out += "\xef\xbf\xbd";
    start = ++i;
  }
  out += text.substr(start);
}

}  // namespace penstock
