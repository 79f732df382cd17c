#include "event/client_time.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace penstock::event {
namespace {

// A double holds every number of so many digits.
constexpr std::size_t kExactDigits = 15;

// From which number on the next smaller unit is meant.
constexpr double kMillisecondsFrom = 1e11;
constexpr double kMicrosecondsFrom = 1e14;
constexpr double kNanosecondsFrom = 1e17;
// Far outside every window, and far inside 64 bits.
constexpr double kNumberMax = 1e20;

double to_ms(double number) {
  const double size = std::abs(number);
  if (size < kMillisecondsFrom) return number * 1e3;
  if (size < kMicrosecondsFrom) return number;
  return size < kNanosecondsFrom ? number / 1e3 : number / 1e6;
}

// Most are whole, which takes far fewer steps to read. Nullopt for all others.
std::optional<double> whole_number(std::string_view text) {
  if (text.empty() || text.size() > kExactDigits) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return static_cast<double>(number);
}

}  // namespace

std::optional<std::int64_t> parse_client_time(std::string_view text) {
  text = trim(text);
  const bool is_date = text.size() > 4 && text[4] == '-';
  if (is_date) return parse_rfc3339(text);
  if (const auto whole = whole_number(text)) return std::llround(to_ms(*whole));
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (!std::isfinite(number) || std::abs(number) >= kNumberMax) return std::nullopt;
  return std::llround(to_ms(number));
}

}  // namespace penstock::event
