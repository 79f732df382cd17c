#include "json/token.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/check.h"
#include "base/utf8.h"

namespace penstock::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::size_t find_backslash(std::string_view text, std::size_t from) {
  const void* found = std::memchr(text.data() + from, '\\', text.size() - from);
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

constexpr std::size_t kUnicodeEscapeBytes = 6;  // \uXXXX
constexpr std::uint32_t kNoUnit = 0xffff'ffff;

// The UTF-16 unit that the escape at `at` writes; kNoUnit where no \uXXXX stands there.
std::uint32_t unit_at(std::string_view body, std::size_t at) {
  if (at > body.size() || body.size() - at < kUnicodeEscapeBytes) return kNoUnit;
  if (body[at] != '\\' || body[at + 1] != 'u') return kNoUnit;
  std::uint32_t unit = 0;
  for (std::size_t i = at + 2; i < at + kUnicodeEscapeBytes; ++i) {
    const char c = body[i];
    std::uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    } else {
      return kNoUnit;
    }
    unit = unit << 4 | digit;
  }
  return unit;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

// One escape of a body: how many bytes it takes and what it stands for.
struct Escape {
  std::size_t bytes;  // 0 for one that JSON does not know.
  std::uint32_t code_point;
  bool is_lone;
};

// What a backslash and `c` stand for; NUL for none, or one with digits behind it.
char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

Escape read_escape(std::string_view body, std::size_t at) {
  if (at + 1 >= body.size()) return {0, 0, false};
  if (const char c = short_escape(body[at + 1]); c != '\0') {
    return {2, static_cast<unsigned char>(c), false};
  }
  const std::uint32_t unit = unit_at(body, at);
  if (unit == kNoUnit) return {0, 0, false};
  if (is_high_surrogate(unit)) {
    const std::uint32_t low = unit_at(body, at + kUnicodeEscapeBytes);
    if (low != kNoUnit && is_low_surrogate(low)) {
      return {2 * kUnicodeEscapeBytes, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), false};
    }
  }
  if (is_high_surrogate(unit) || is_low_surrogate(unit)) return {kUnicodeEscapeBytes, 0xfffd, true};
  return {kUnicodeEscapeBytes, unit, false};
}

}  // namespace

bool is_number(std::string_view token) {
  std::size_t at = 0;
  if (at < token.size() && token[at] == '-') ++at;
  if (at == token.size() || !is_digit(token[at])) return false;
  at = token[at] == '0' ? at + 1 : skip_digits(token, at);
  if (at < token.size() && token[at] == '.') {
    const std::size_t digits = at + 1;
    at = skip_digits(token, digits);
    if (at == digits) return false;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const std::size_t digits = at;
    at = skip_digits(token, digits);
    if (at == digits) return false;
  }
  return at == token.size();
}

StringForm string_form(std::string_view body) {
  std::size_t at = find_backslash(body, 0);
  if (at == std::string_view::npos) return StringForm::kPlain;
  bool has_lone = false;
  for (; at != std::string_view::npos; at = find_backslash(body, at)) {
    // A text of JSON inside of JSON is full of them.
    if (at + 1 < body.size() && short_escape(body[at + 1]) != '\0') {
      at += 2;
      continue;
    }
    const Escape escape = read_escape(body, at);
    if (escape.bytes == 0) return StringForm::kInvalid;
    has_lone = has_lone || escape.is_lone;
    at += escape.bytes;
  }
  return has_lone ? StringForm::kLoneSurrogate : StringForm::kEscaped;
}

// No escape is shorter than what it stands for, so that the text fits where the body would.
void append_unescaped(std::string& out, std::string_view body) {
  const std::size_t begin = out.size();
  out.resize(begin + body.size());
  char* to = out.data() + begin;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t next = std::min(find_backslash(body, at), body.size());
    copy_short(to, body.data() + at, next - at);
    to += next - at;
    at = next;
    while (at < body.size() && body[at] == '\\') {
      const Escape escape = read_escape(body, at);
      PENSTOCK_CHECK(escape.bytes > 0);
      at += escape.bytes;
      if (escape.code_point < 0x80) {
        *to++ = static_cast<char>(escape.code_point);
        continue;
      }
      std::string character;
      append_utf8(character, escape.code_point);
      copy_short(to, character.data(), character.size());
      to += character.size();
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

void append_paired(std::string& out, std::string_view body) {
  std::size_t start = 0;
  for (std::size_t at = find_backslash(body, 0); at != std::string_view::npos;
       at = find_backslash(body, start)) {
    const Escape escape = read_escape(body, at);
    out += body.substr(start, at - start);
    out += escape.is_lone ? std::string_view("\\ufffd") : body.substr(at, escape.bytes);
    start = at + escape.bytes;
  }
  out += body.substr(start);
}

}  // namespace penstock::json
