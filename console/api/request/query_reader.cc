#include "console/api/request/query_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "console/api/request/answers.h"
#include "console/api/request/condition_text.h"
#include "http/target.h"

namespace penstock::console {

namespace {

// More than the endpoints know together.
constexpr std::size_t kPairsMax = 64;
constexpr std::size_t kValueBytesMax = 8192;
// Below it a number is seconds (until the year 5138), from it on milliseconds (since March 1973).
constexpr std::int64_t kSecondsMax = 100'000'000'000;
constexpr std::int64_t kTimeMsMax = 253'402'300'800'000;  // The year 10000.
constexpr std::int64_t kMinuteS = 60;
constexpr std::int64_t kHourS = 3600;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kPointsMax = 5'000;

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (const auto number = parse_int(text)) {
    if (*number < 0) return std::nullopt;
    if (*number < kSecondsMax) return *number * 1000;
    return *number < kTimeMsMax ? number : std::nullopt;
  }
  // "…+02:00", whose plus sign a client forgot to encode.
  constexpr std::size_t kTimeBytes = 19;
  std::string repaired(text);
  const std::size_t space = repaired.rfind(' ');
  if (space != std::string::npos && space >= kTimeBytes) repaired[space] = '+';
  const auto time = parse_rfc3339(repaired);
  return time && *time >= 0 && *time < kTimeMsMax ? time : std::nullopt;
}

std::optional<std::int64_t> parse_step(std::string_view text) {
  if (text == "minute") return kMinuteS;
  if (text == "hour") return kHourS;
  if (text == "day") return kDayS;
  if (text == "week") return 7 * kDayS;
  if (text.empty()) return std::nullopt;
  std::int64_t unit = 1;
  if (text.back() == 's' || text.back() == 'm' || text.back() == 'h' || text.back() == 'd') {
    unit = text.back() == 'm'   ? kMinuteS
           : text.back() == 'h' ? kHourS
           : text.back() == 'd' ? kDayS
                                : 1;
    text.remove_suffix(1);
  }
  const auto count = parse_int(text);
  if (!count || *count <= 0 || *count > 3650 * kDayS / unit) return std::nullopt;
  return *count * unit;
}

std::int64_t default_step_s(const store::Range& range) {
  const std::int64_t seconds = (range.to_ms - range.from_ms) / 1000;
  if (seconds <= 3 * kHourS) return kMinuteS;
  if (seconds <= 12 * kHourS) return 5 * kMinuteS;
  if (seconds <= 2 * kDayS) return 15 * kMinuteS;
  if (seconds <= 8 * kDayS) return kHourS;
  if (seconds <= 45 * kDayS) return 6 * kHourS;
  return kDayS * (1 + seconds / (200 * kDayS));
}

QueryReader::QueryReader(std::string_view query, std::int64_t now_ms) : now_ms_(now_ms) {
  if (query.empty()) return;
  const auto visited = http::for_each_pair(
      query, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (pairs_.size() == kPairsMax) return fail(ErrorCode::kRejected, "too many parameters");
        if (value.size() > kValueBytesMax) return fail(ErrorCode::kRejected, "too long a value");
        pairs_.push_back({std::string(name), std::string(value)});
        return {};
      });
  if (!visited) refuse("query", visited.error().step);
}

const std::string* QueryReader::read(std::string_view name) {
  const std::string* value = nullptr;
  for (Pair& pair : pairs_) {
    if (pair.name != name) continue;
    if (pair.is_read || value != nullptr) refuse(name, "it is there more than once");
    pair.is_read = true;
    value = &pair.value;
  }
  return value;
}

void QueryReader::refuse(std::string_view name, std::string why) {
  if (!fault_.empty()) return;
  fault_name_ = name;
  fault_ = std::move(why);
}

store::Range QueryReader::range() {
  store::Range range{0, now_ms_};
  const auto time = [&](std::string_view name, std::int64_t otherwise) {
    const std::string* value = read(name);
    if (value == nullptr) return otherwise;
    const auto parsed = parse_time(*value);
    if (!parsed) refuse(name, "expected RFC 3339, or Unix time in seconds or milliseconds");
    return parsed.value_or(otherwise);
  };
  range.to_ms = time("to", now_ms_);
  range.from_ms = time("from", std::max<std::int64_t>(0, range.to_ms - kDayMs));
  if (range.from_ms >= range.to_ms) refuse("from", "it is not before to");
  return range;
}

TimeZone QueryReader::zone() {
  const std::string* value = read("tz");
  auto named = TimeZone::named(value == nullptr ? "UTC" : *value);
  if (named) return *std::move(named);
  refuse("tz", "expected the name of a time zone, as Europe/Berlin or UTC");
  return *TimeZone::named("UTC");
}

QueryReader::Steps QueryReader::steps(const store::Range& range) {
  const std::string* value = read("step");
  const TimeZone zone = this->zone();
  Steps steps{kDayS, {}, kDayS};
  const auto take = [&](Result<store::StepStarts> starts) {
    if (starts) {
      steps.step = *std::move(starts);
    } else {
      refuse("step", starts.error().step);
    }
    return steps;
  };
  if (value != nullptr && *value == "month") {
    steps.name = *value;
    steps.length_s = 30 * kDayS;
    return take(zone.starts(range, CalendarUnit::kMonth));
  }
  const auto parsed = value == nullptr ? default_step_s(range) : parse_step(*value);
  if (!parsed || *parsed % kMinuteS != 0) {
    refuse("step", "expected whole minutes, hours or days: 60, 15m, 1h, 1d; or week, month");
    return steps;
  }
  steps.step = steps.length_s = *parsed;
  if ((range.to_ms - range.from_ms) / 1000 / *parsed > kPointsMax) {
    refuse("step", "the range would have more than 5000 points");
    return steps;
  }
  if (value != nullptr && *value == "week") {
    steps.name = *value;
    return take(zone.starts(range, CalendarUnit::kWeek));
  }
  if (zone.is_utc()) return steps;
  if (*parsed == kDayS) steps.name = "day";
  return take(zone.starts(range, *parsed));
}

store::Filter QueryReader::filter() {
  store::Filter filter;
  filter.project = text("project");
  // Of what has no steps, the zone is only looked at.
  const auto is_zone = [](const Pair& pair) { return pair.name == "tz" && !pair.is_read; };
  if (std::any_of(pairs_.begin(), pairs_.end(), is_zone)) zone();
  // "project" above, "filter" and each name=value that parse_condition() knows besides.
  for (Pair& pair : pairs_) {
    if (pair.is_read) continue;
    if (pair.name == "filter") {
      pair.is_read = true;
      auto condition = parse_condition(pair.value);
      if (!condition) {
        refuse("filter", condition.error().step);
      } else {
        filter.conditions.push_back(*std::move(condition));
      }
    } else if (facet_of(pair.name)) {
      filter.conditions.push_back({*subject_of(pair.name), *read(pair.name)});
    }
  }
  filter.is_bot = bots();
  return filter;
}

std::optional<bool> QueryReader::bots() {
  const std::string* value = read("bots");
  if (value == nullptr || *value == "1") return std::nullopt;
  if (*value == "0") return false;
  if (*value == "only") return true;
  refuse("bots", "expected 0 (none), 1 (as any other) or only");
  return std::nullopt;
}

store::Facet QueryReader::dimension() {
  const std::string* value = read("dimension");
  auto facet = facet_of(value == nullptr ? "" : *value);
  if (!facet) refuse("dimension", str_cat("expected one of ", facet_names()));
  return std::move(facet).value_or(store::Dimension::kName);
}

std::uint32_t QueryReader::number(std::string_view name, std::uint32_t otherwise, std::uint32_t min,
                                  std::uint32_t max) {
  const std::string* value = read(name);
  if (value == nullptr) return otherwise;
  const auto parsed = parse_int(*value);
  if (!parsed || *parsed < min || *parsed > max) {
    refuse(name, str_cat("expected a number from ", min, " to ", max));
    return otherwise;
  }
  return static_cast<std::uint32_t>(*parsed);
}

std::optional<bool> QueryReader::truth(std::string_view name) {
  const std::string* value = read(name);
  if (value == nullptr) return std::nullopt;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  refuse(name, "expected true or false");
  return std::nullopt;
}

std::string QueryReader::text(std::string_view name) {
  const std::string* value = read(name);
  return value == nullptr ? std::string() : *value;
}

std::size_t QueryReader::one_of(std::string_view name,
                                std::initializer_list<std::string_view> values) {
  const std::string* value = read(name);
  if (value == nullptr) return 0;
  const auto found = std::find(values.begin(), values.end(), *value);
  if (found != values.end()) return static_cast<std::size_t>(found - values.begin());
  std::string names;
  for (const std::string_view one : values) names += str_cat(names.empty() ? "" : ", ", one);
  refuse(name, str_cat("expected one of ", names));
  return 0;
}

std::string QueryReader::question(const store::Range& range) const {
  std::vector<std::string> parts;
  for (const Pair& pair : pairs_) {
    if (pair.name == "from" || pair.name == "to") continue;
    parts.push_back(str_cat(' ', pair.name.size(), ':', pair.name, '=', pair.value));
  }
  std::sort(parts.begin(), parts.end());
  std::string text = str_cat(range.from_ms, ' ', range.to_ms);
  for (const std::string& part : parts) text += str_cat(' ', part.size(), part);
  return text;
}

std::optional<http::Response> QueryReader::refusal() const {
  if (!fault_.empty()) return bad_parameter(fault_name_, fault_);
  for (const Pair& pair : pairs_) {
    if (!pair.is_read) return bad_parameter(pair.name, "there is no such parameter here");
  }
  return std::nullopt;
}

}  // namespace penstock::console
