#include "import/access/log_time.h"

#include <chrono>
#include <string>

#include "base/text.h"
#include "event/client_time.h"

namespace penstock::importing {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::size_t kDateBytes = 11;  // "10/Oct/2026"
constexpr std::size_t kClockBytes = 8;  // "13:55:36"
constexpr std::size_t kTextBytesMax = 64;

std::optional<int> number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// "+0200" or "+02:00" in milliseconds.
std::optional<std::int64_t> zone_ms(std::string_view text) {
  if (text == "Z" || text == "UTC" || text == "GMT") return 0;
  if (text.size() != 5 && !(text.size() == 6 && text[3] == ':')) return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const auto hours = number(text.substr(1, 2));
  const auto minutes = number(text.substr(text.size() - 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t ms = (*hours * 60 + *minutes) * std::int64_t{60'000};
  return text[0] == '-' ? -ms : ms;
}

std::optional<std::int64_t> date_ms(std::string_view text) {
  const auto day = number(text.substr(0, 2));
  const std::size_t month = kMonths.find(text.substr(3, 3));
  const auto year = number(text.substr(7, 4));
  if (!day || !year || month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
}

// "13:55:36", the last second of a day that has a leap second included.
std::optional<std::int64_t> clock_ms(std::string_view text) {
  if (text.size() < kClockBytes || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = number(text.substr(0, 2));
  const auto minutes = number(text.substr(3, 2));
  const auto seconds = number(text.substr(6, 2));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) {
    return std::nullopt;
  }
  return ((*hours * 60 + *minutes) * 60 + *seconds) * std::int64_t{1000};
}

// ".123" or ",123456" in front of `text`, taken off it, in milliseconds.
std::int64_t take_fraction(std::string_view& text) {
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return 0;
  std::size_t end = 1;
  std::int64_t ms = 0;
  for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end) {
    if (end <= 3) ms = ms * 10 + (text[end] - '0');
  }
  for (std::size_t digits = end; digits <= 3; ++digits) ms *= 10;
  text.remove_prefix(end);
  return ms;
}

std::optional<LogTime> parse_common(std::string_view text) {
  const auto date = date_ms(text);
  if (!date) return std::nullopt;
  text.remove_prefix(kDateBytes);
  if (text.empty()) return LogTime{*date, false};
  if (text[0] != ':' && text[0] != ' ' && text[0] != 'T') return std::nullopt;
  text.remove_prefix(1);
  const auto clock = clock_ms(text);
  if (!clock) return std::nullopt;
  text.remove_prefix(kClockBytes);
  const std::int64_t fraction = take_fraction(text);
  text = trim(text);
  if (text.empty()) return LogTime{*date + *clock + fraction, false};
  const auto zone = zone_ms(text);
  if (!zone) return std::nullopt;
  return LogTime{*date + *clock + fraction - *zone, true};
}

std::optional<LogTime> parse_ordered(std::string_view text) {
  std::string copy(text);
  if (copy[4] == '/' && copy.size() > 7) copy[4] = copy[7] = '-';
  for (char& c : copy) c = c == ',' ? '.' : c;
  // A date alone says no zone either.
  constexpr std::size_t kDateAlone = 10;
  if (copy.size() > kDateAlone) {
    if (const auto ms = parse_rfc3339(copy)) return LogTime{*ms, true};
    copy += 'Z';
  }
  const auto ms = parse_rfc3339(copy);
  return ms ? std::optional(LogTime{*ms, false}) : std::nullopt;
}

}  // namespace

std::optional<LogTime> parse_log_time(std::string_view text) {
  text = trim(text);
  if (text.size() > kTextBytesMax) return std::nullopt;
  if (text.size() >= kDateBytes && text[2] == '/' && text[6] == '/') return parse_common(text);
  if (text.size() > 7 && (text[4] == '-' || text[4] == '/')) return parse_ordered(text);
  const auto ms = event::parse_client_time(text);
  return ms ? std::optional(LogTime{*ms, true}) : std::nullopt;
}

}  // namespace penstock::importing
