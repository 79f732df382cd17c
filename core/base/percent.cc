#include "base/percent.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace penstock {
namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> hex_digits() {
  constexpr std::string_view kLower = "0123456789abcdef";
  constexpr std::string_view kUpper = "0123456789ABCDEF";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kLower.size(); ++i) {
    digits[static_cast<unsigned char>(kLower[i])] = static_cast<std::uint8_t>(i);
    digits[static_cast<unsigned char>(kUpper[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> kHexDigits = hex_digits();

// The byte that the % at `at` and two hex digits behind it stand for; -1 where it means itself.
int byte_at(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const std::uint8_t high = kHexDigits[static_cast<unsigned char>(text[at + 1])];
  const std::uint8_t low = kHexDigits[static_cast<unsigned char>(text[at + 2])];
  return high == kNoDigit || low == kNoDigit ? -1 : high * 16 + low;
}

}  // namespace

void append_percent_decoded(std::string& out, std::string_view text, Plus plus) {
  const char space = plus == Plus::kIsSpace ? ' ' : '+';
  const std::size_t begin = out.size();
  out.resize(begin + text.size());
  char* to = out.data() + begin;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const int byte = c == '%' ? byte_at(text, at) : -1;
    *to++ = byte >= 0 ? static_cast<char>(byte) : c == '+' ? space : c;
    at += byte >= 0 ? 3 : 1;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

bool is_percent_encoded(std::string_view text, std::string_view plain, Plus plus) {
  for (const char c : plain) {
    if (text.empty()) return false;
    const int byte = text[0] == '%' ? byte_at(text, 0) : -1;
    const bool is_space = text[0] == '+' && plus == Plus::kIsSpace;
    if ((byte >= 0 ? static_cast<char>(byte) : is_space ? ' ' : text[0]) != c) return false;
    text.remove_prefix(byte >= 0 ? 3 : 1);
  }
  return text.empty();
}

Result<std::string> strictly_percent_decoded(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (byte_at(text, at) < 0) {
      return fail(ErrorCode::kRejected, static_cast<std::int64_t>(at), "undo a % and two digits");
    }
  }
  std::string out;
  append_percent_decoded(out, text, Plus::kIsText);
  return out;
}

}  // namespace penstock
