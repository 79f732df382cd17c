#include "console/api/request/calendar_steps.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kPointsMax = 5'000;
constexpr std::int64_t kHourS = 3'600;
constexpr std::int64_t kDayS = 86'400;
constexpr const char* kDatabase = "/usr/share/zoneinfo/";

// The library takes paths too, and remembers each name that it was asked for.
bool is_zone_name(std::string_view name) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  };
  if (name.empty() || name.size() > kNameBytesMax || name.front() == '/' ||
      !std::all_of(name.begin(), name.end(), is_good)) {
    return false;
  }
  std::error_code error;
  return std::filesystem::is_regular_file(str_cat(kDatabase, name), error);
}

}  // namespace

struct TimeZone::Zone {
  cctz::time_zone zone;

  cctz::civil_second civil(std::int64_t at_s) const {
    return cctz::convert(cctz::time_point<cctz::seconds>(cctz::seconds(at_s)), zone);
  }
  // Where clocks leave it out, the moment after; where they have it twice, the first.
  std::int64_t seconds_of(const cctz::civil_second& civil) const {
    const auto found = zone.lookup(civil);
    const auto at = found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
    return at.time_since_epoch().count();
  }
};

TimeZone::TimeZone(std::unique_ptr<Zone> zone) : zone_(std::move(zone)) {}
TimeZone::TimeZone(const TimeZone& other) : zone_(std::make_unique<Zone>(*other.zone_)) {}
TimeZone::~TimeZone() = default;

std::optional<TimeZone> TimeZone::named(std::string_view name) {
  auto zone = std::make_unique<Zone>(Zone{cctz::utc_time_zone()});
  if (name == "UTC") return TimeZone(std::move(zone));
  if (!is_zone_name(name) || !cctz::load_time_zone(std::string(name), &zone->zone)) {
    return std::nullopt;
  }
  return TimeZone(std::move(zone));
}

bool TimeZone::is_utc() const { return zone_->zone == cctz::utc_time_zone(); }

namespace {

Result<void> add_start(std::int64_t at_s, store::StepStarts& starts) {
  if (starts.size() == kPointsMax) {
    return fail(ErrorCode::kRejected, "the range would have more than 5000 points");
  }
  starts.push_back(at_s);
  return {};
}

}  // namespace

Result<store::StepStarts> TimeZone::starts(const store::Range& range, CalendarUnit unit) const {
  const cctz::civil_day first(zone_->civil(range.from_ms / 1'000));
  store::StepStarts starts;
  if (unit == CalendarUnit::kMonth) {
    for (cctz::civil_month month(first);; ++month) {
      const std::int64_t at_s = zone_->seconds_of(cctz::civil_second(month));
      if (at_s * 1'000 >= range.to_ms) return starts;
      PENSTOCK_TRY(add_start(at_s, starts));
    }
  }
  const bool is_week = unit == CalendarUnit::kWeek;
  cctz::civil_day day = is_week ? cctz::prev_weekday(first + 1, cctz::weekday::monday) : first;
  for (;; day += is_week ? 7 : 1) {
    const std::int64_t at_s = zone_->seconds_of(cctz::civil_second(day));
    if (at_s * 1'000 >= range.to_ms) return starts;
    PENSTOCK_TRY(add_start(at_s, starts));
  }
}

Result<store::StepStarts> TimeZone::starts(const store::Range& range, std::int64_t step_s) const {
  const std::int64_t days = std::max<std::int64_t>(step_s / kDayS, 1);
  const bool is_by_the_clock = step_s > kHourS && step_s < kDayS && kDayS % step_s == 0;
  const std::int64_t from_s = range.from_ms / 1'000;
  store::StepStarts starts;
  for (cctz::civil_day day(zone_->civil(from_s));; day += days) {
    const cctz::civil_second midnight(day);
    const std::int64_t begin_s = zone_->seconds_of(midnight);
    const std::int64_t end_s = zone_->seconds_of(cctz::civil_second(day + days));
    if (begin_s * 1'000 >= range.to_ms) return starts;
    std::int64_t last_s = begin_s - 1;
    for (std::int64_t in_day = 0; last_s < end_s; in_day += std::min(step_s, kDayS)) {
      const std::int64_t at_s =
          is_by_the_clock ? zone_->seconds_of(midnight + in_day) : begin_s + in_day;
      if (at_s >= end_s || at_s * 1'000 >= range.to_ms || (in_day > 0 && step_s >= kDayS)) break;
      if (at_s <= last_s) continue;  // An hour that clocks leave out.
      last_s = at_s;
      // What ends before the range is no step of it.
      if (!starts.empty() && at_s <= from_s) starts.clear();
      PENSTOCK_TRY(add_start(at_s, starts));
    }
  }
}

}  // namespace penstock::console
