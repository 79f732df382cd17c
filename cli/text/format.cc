#include "cli/text/format.h"

#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace penstock::cli {
namespace {

std::string with_one_digit(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return str_cat(bytes, " B");
  double number = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; number >= 1024 && unit + 1 < std::size(kUnits); ++unit) number /= 1024;
  return str_cat(with_one_digit(number), " ", kUnits[unit]);
}

std::string duration_text(double seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < 60) return str_cat(with_one_digit(seconds), " s");
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < kHour) return str_cat(whole / kMinute, " min");
  if (whole < kDay) return str_cat(whole / kHour, " h ", whole % kHour / kMinute, " min");
  return str_cat(whole / kDay, " d ", whole % kDay / kHour, " h");
}

std::string count_text(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string rate_text(double per_second) {
  if (per_second < 100) return str_cat(with_one_digit(per_second), "/s");
  return str_cat(count_text(static_cast<std::uint64_t>(std::llround(per_second))), "/s");
}

}  // namespace penstock::cli
