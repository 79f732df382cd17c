// Numbers, times and hex as text, without locale.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace penstock {

inline void append_text(std::string& out, std::string_view text) { out += text; }
inline void append_text(std::string& out, char c) { out += c; }
inline void append_text(std::string& out, std::integral auto number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

// Joins texts and integers: str_cat("day ", 7, " of ", total).
template <class... Parts>
std::string str_cat(const Parts&... parts) {
  std::string out;
  (append_text(out, parts), ...);
  return out;
}

// Decimal digits only, the whole text, in range; nullopt otherwise.
std::optional<std::int64_t> parse_int(std::string_view text);

// Its value, or -1 where `c` is no hex digit.
int hex_digit(char c);
void append_hex(std::string& out, std::string_view bytes);
// Lower- or upper-case hex of even length; nullopt otherwise.
std::optional<std::string> parse_hex(std::string_view text);

// As `text == known`, and begins with it, in an instruction or two where the compiler knows
// `known`.
[[gnu::always_inline]] constexpr bool equals(std::string_view text, std::string_view known) {
  return text.size() == known.size() &&
         std::char_traits<char>::compare(text.data(), known.data(), known.size()) == 0;
}
[[gnu::always_inline]] constexpr bool begins_with(std::string_view text, std::string_view known) {
  return text.size() >= known.size() &&
         std::char_traits<char>::compare(text.data(), known.data(), known.size()) == 0;
}

// ASCII's case alone.
bool same_bytes_ignoring_case(const char* a, const char* b, std::size_t bytes);
inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_bytes_ignoring_case(a.data(), b.data(), a.size());
}
// For a name that most write as it stands in the code; another one mostly begins otherwise.
template <std::size_t size>
bool equals_ignoring_case(std::string_view text, const char (&name)[size]) {
  static_assert(size > 1);
  constexpr char kCaseBit = 'a' ^ 'A';
  const std::string_view known(name, size - 1);
  return equals(text, known) ||
         (text.size() == known.size() && (text[0] | kCaseBit) == (name[0] | kCaseBit) &&
          equals_ignoring_case(text, known));
}
std::string to_lower(std::string_view text);
// Without spaces and tabs at either end.
std::string_view trim(std::string_view text);

// "2026-11-24T10:23:57.123Z". Appends 24 bytes.
void append_rfc3339(std::string& out, std::int64_t wall_ms);
// "2026-11-24", of the UTC day that `wall_ms` lies in.
std::string day_text(std::int64_t wall_ms);
// Milliseconds since the epoch; accepts any fraction and offset that RFC 3339 allows, "+hhmm",
// "+hh" and " UTC", a space in place of the T, and a date alone. Nullopt for a time that does not
// exist.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

inline constexpr std::int64_t kDayMs = 86'400'000;

}  // namespace penstock
