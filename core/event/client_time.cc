#include "event/client_time.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace penstock::event {
namespace {

constexpr double kSecondsMax = 1e11;
// Far outside every window, and far inside 64 bits.
constexpr double kMillisecondsMax = 1e17;

}  // namespace

std::optional<std::int64_t> parse_client_time(std::string_view text) {
  const bool is_date = text.size() > 4 && text[4] == '-';
  if (is_date) return parse_rfc3339(text);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (!std::isfinite(number)) return std::nullopt;
  const double ms = std::abs(number) < kSecondsMax ? number * 1000 : number;
  if (std::abs(ms) > kMillisecondsMax) return std::nullopt;
  return std::llround(ms);
}

}  // namespace penstock::event
