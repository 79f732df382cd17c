#include "store/sqlite/charts.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "event/id.h"
#include "store/contract/dimension.h"
#include "store/rollup/rollup_sink.h"
#include "store/rollup/visitor.h"
#include "store/sqlite/row_filter.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// Ranges come from clients; no day file lies outside these years.
constexpr std::int64_t kEndMs = 253'402'300'800'000;

Range clamped(const Range& range) {
  return {std::clamp<std::int64_t>(range.from_ms, 0, kEndMs),
          std::clamp<std::int64_t>(range.to_ms, 0, kEndMs)};
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) { return value - value % step; }
std::int64_t ceil_to(std::int64_t value, std::int64_t step) {
  return floor_to(value + step - 1, step);
}

// Whole minutes that contain the range, in milliseconds.
Range whole_minutes(const Range& range) {
  const Range inside = clamped(range);
  return {floor_to(inside.from_ms, kMinuteS * 1'000), ceil_to(inside.to_ms, kMinuteS * 1'000)};
}

// The coarsest rollup whose entries add up to buckets of `step_s`.
std::int64_t rollup_step(std::int64_t step_s) {
  for (const std::int64_t base_s : {kDayS, kHourS}) {
    if (step_s % base_s == 0) return base_s;
  }
  return kMinuteS;
}

// The spans of a day that a range of whole minutes covers.
std::vector<Span> spans_in(const Range& minutes, std::int64_t day_ms) {
  return spans_of_day(day_ms / 1'000, std::max(minutes.from_ms, day_ms) / 1'000,
                      std::min(minutes.to_ms, day_ms + kDayMs) / 1'000);
}

Result<sqlite::Statement> select_rows(DayReader& reader, std::string_view sql, const Filter& filter,
                                      std::string_view end) {
  return reader.database().prepare(str_cat(
      sql, " FROM events WHERE occurred_at >= ? AND occurred_at < ?", filter_sql(filter), end));
}

void bind_rows(sqlite::Statement& statement, int first, const Range& range, const Filter& filter) {
  statement.bind(first, range.from_ms).bind(first + 1, range.to_ms);
  bind_filter(statement, first + 2, filter);
}

}  // namespace

std::vector<Span> spans_of_day(std::int64_t day_s, std::int64_t from_s, std::int64_t to_s) {
  PENSTOCK_CHECK(from_s >= day_s && to_s <= day_s + kDayS && from_s % kMinuteS == 0);
  if (from_s >= to_s) return {};
  if (to_s - from_s == kDayS) return {{kDayS, from_s, to_s}};

  const std::int64_t first_hour_s = ceil_to(from_s, kHourS);
  const std::int64_t last_hour_s = floor_to(to_s, kHourS);
  if (first_hour_s >= last_hour_s) return {{kMinuteS, from_s, to_s}};
  std::vector<Span> spans;
  if (from_s < first_hour_s) spans.push_back({kMinuteS, from_s, first_hour_s});
  spans.push_back({kHourS, first_hour_s, last_hour_s});
  if (last_hour_s < to_s) spans.push_back({kMinuteS, last_hour_s, to_s});
  return spans;
}

// Buckets of up to a day begin at multiples of the step; longer ones, which have no natural
// beginning, with the day of the range's own start.
Result<Series> Charts::timeseries(const Range& range, std::int64_t step_s, const Filter& filter) {
  if (step_s <= 0 || step_s % kMinuteS != 0 || step_s > kEndMs / 1'000) {
    return fail(ErrorCode::kRejected, "a step of 60, 3600 or 86400 seconds, or a multiple");
  }
  const Range inside = clamped(range);
  Series series;
  if (inside.from_ms >= inside.to_ms) return series;
  const std::int64_t start_s = floor_to(inside.from_ms / 1'000, std::min(step_s, kDayS));
  const std::int64_t end_s = (inside.to_ms + 999) / 1'000;
  const std::int64_t points = (end_s - start_s + step_s - 1) / step_s;
  if (points > kPointsMax) {
    return fail(ErrorCode::kRejected, points, "a range of at most 5,000 points");
  }

  for (std::int64_t i = 0; i < points; ++i) series.at_s.push_back(start_s + i * step_s);
  series.events.assign(static_cast<std::size_t>(points), 0);
  if (filter.equals.size() > 1) {
    PENSTOCK_TRY(fill_from_rows(filter, step_s, series));
  } else {
    PENSTOCK_TRY(fill_from_rollups(filter, step_s, series));
  }
  return series;
}

Result<void> Charts::fill_from_rollups(const Filter& filter, std::int64_t step_s, Series& series) {
  const std::int64_t start_s = series.at_s.front();
  const std::int64_t end_s = series.at_s.back() + step_s;
  const std::int64_t base_s = rollup_step(step_s);
  const auto bucket_of = [=](std::int64_t at_s) {
    return static_cast<std::size_t>((at_s - start_s) / step_s);
  };
  const bool is_total = filter.equals.empty();
  const std::int64_t code = is_total ? kTotalCode : rollup_code(filter.equals[0].first);
  const std::string_view value =
      is_total ? std::string_view() : utf8_prefix(filter.equals[0].second, kRollupValueBytesMax);
  std::vector<HyperLogLog> sketches(is_total ? series.at_s.size() : 0);

  for (const std::int64_t day_ms : days_.days(start_s * 1'000, end_s * 1'000)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    const Span span{base_s, std::max(start_s, day_ms / 1'000),
                    std::min(end_s, day_ms / 1'000 + kDayS)};
    auto projects = (*reader)->projects(filter.project);
    if (!projects) return fail(projects.error());
    for (const std::string& project : *projects) {
      PENSTOCK_TRY((*reader)->counts(span, project, code, value,
                                     [&](std::int64_t at_s, std::uint64_t events) {
                                       series.events[bucket_of(at_s)] += events;
                                     }));
      if (!is_total) continue;
      PENSTOCK_TRY(
          (*reader)->sketches(span, project, [&](std::int64_t at_s, const HyperLogLog& sketch) {
            sketches[bucket_of(at_s)].merge(sketch);
          }));
    }
  }
  for (const HyperLogLog& sketch : sketches) series.visitors.push_back(sketch.count());
  return {};
}

Result<void> Charts::fill_from_rows(const Filter& filter, std::int64_t step_s, Series& series) {
  const std::int64_t start_s = series.at_s.front();
  const Range range{start_s * 1'000, (series.at_s.back() + step_s) * 1'000};
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    auto rows =
        select_rows(**reader, "SELECT (occurred_at - ?) / ?, count(*)", filter, " GROUP BY 1");
    if (!rows) return fail(rows.error());
    rows->bind(1, range.from_ms).bind(2, step_s * 1'000);
    bind_rows(*rows, 3, range, filter);
    while (true) {
      auto has_row = rows->step();
      if (!has_row) return fail(has_row.error());
      if (!*has_row) break;
      const auto bucket = static_cast<std::size_t>(rows->integer(0));
      series.events[bucket] += static_cast<std::uint64_t>(rows->integer(1));
    }
  }
  return {};
}

Result<std::vector<TopEntry>> Charts::top(const Range& range, Dimension dimension,
                                          const Filter& filter, std::uint32_t limit) {
  const Range minutes = whole_minutes(range);
  const bool has_rollup =
      filter.equals.empty() || (filter.equals.size() == 1 && filter.equals[0].first == dimension);
  Totals totals;
  for (const std::int64_t day_ms : days_.days(minutes.from_ms, minutes.to_ms)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    if (!has_rollup) {
      PENSTOCK_TRY(add_row_values(**reader, minutes, dimension, filter, totals));
      continue;
    }
    for (const Span& span : spans_in(minutes, day_ms)) {
      PENSTOCK_TRY(add_values(**reader, span, dimension, filter, totals));
    }
  }

  std::vector<TopEntry> entries;
  for (const auto& [value, events] : totals) entries.push_back({value, events});
  const auto kept = std::min<std::size_t>(limit, entries.size());
  // Equal counts by their value, so that a page does not change its order from one look to the
  // next.
  std::partial_sort(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(kept),
                    entries.end(), [](const TopEntry& a, const TopEntry& b) {
                      return a.events != b.events ? a.events > b.events : a.value < b.value;
                    });
  entries.resize(kept);
  return entries;
}

Result<void> Charts::add_values(DayReader& reader, const Span& span, Dimension dimension,
                                const Filter& filter, Totals& totals) {
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  for (const std::string& project : *projects) {
    const std::int64_t code = rollup_code(dimension);
    if (filter.equals.empty()) {
      PENSTOCK_TRY(
          reader.values(span, project, code, [&](std::string_view value, std::uint64_t events) {
            totals[std::string(value)] += events;
          }));
      continue;
    }
    const std::string value(utf8_prefix(filter.equals[0].second, kRollupValueBytesMax));
    PENSTOCK_TRY(reader.counts(span, project, code, value, [&](std::int64_t, std::uint64_t events) {
      totals[value] += events;
    }));
  }
  return {};
}

Result<void> Charts::add_row_values(DayReader& reader, const Range& range, Dimension dimension,
                                    const Filter& filter, Totals& totals) {
  const std::string_view column = column_of(dimension);
  auto rows = select_rows(reader, str_cat("SELECT ", column, ", count(*)"), filter,
                          str_cat(" AND ", column, " <> '' GROUP BY 1"));
  if (!rows) return fail(rows.error());
  bind_rows(*rows, 1, range, filter);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    totals[std::string(utf8_prefix(rows->text(0), kRollupValueBytesMax))] +=
        static_cast<std::uint64_t>(rows->integer(1));
  }
}

// With a filter on a dimension, visitors and bots are in no rollup. Rows tell them as long as the
// range is small enough to be read at once; above that they stay 0, which is not known.
Result<Summary> Charts::summary(const Range& range, const Filter& filter) {
  const Range minutes = whole_minutes(range);
  auto summary = totals(minutes, filter.project);
  if (!summary) return fail(summary.error());
  if (!filter.equals.empty()) {
    if (filter.equals.size() > 1 || summary->events <= kCountedRowsMax) {
      summary = count_rows(minutes, filter);
      if (!summary) return fail(summary.error());
    } else {
      auto events = count_of(minutes, filter);
      if (!events) return fail(events.error());
      *summary = {};
      summary->events = *events;
    }
  }
  if (summary->events == 0) return summary;
  auto newest = newest_received(minutes, filter);
  if (!newest) return fail(newest.error());
  summary->newest_received_ms = *newest;
  return summary;
}

Result<Summary> Charts::totals(const Range& range, const std::string& project_wanted) {
  Summary summary;
  HyperLogLog visitors;
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    auto projects = (*reader)->projects(project_wanted);
    if (!projects) return fail(projects.error());
    for (const std::string& project : *projects) {
      for (const Span& span : spans_in(range, day_ms)) {
        PENSTOCK_TRY((*reader)->counts(
            span, project, kTotalCode, {},
            [&](std::int64_t, std::uint64_t events) { summary.events += events; }));
        PENSTOCK_TRY(
            (*reader)->counts(span, project, kBotsCode, {},
                              [&](std::int64_t, std::uint64_t events) { summary.bots += events; }));
        PENSTOCK_TRY((*reader)->sketches(
            span, project,
            [&](std::int64_t, const HyperLogLog& sketch) { visitors.merge(sketch); }));
      }
    }
  }
  summary.visitors = visitors.count();
  return summary;
}

Result<std::uint64_t> Charts::count_of(const Range& range, const Filter& filter) {
  std::uint64_t sum = 0;
  const auto& [dimension, value] = filter.equals[0];
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    Totals totals;
    for (const Span& span : spans_in(range, day_ms)) {
      PENSTOCK_TRY(add_values(**reader, span, dimension, filter, totals));
    }
    for (const auto& [label, events] : totals) sum += events;
  }
  return sum;
}

Result<Summary> Charts::count_rows(const Range& range, const Filter& filter) {
  Summary summary;
  HyperLogLog visitors;
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    auto rows = select_rows(
        **reader, "SELECT user_id, anonymous_id, ip, user_agent, occurred_at, is_bot", filter, "");
    if (!rows) return fail(rows.error());
    bind_rows(*rows, 1, range, filter);
    while (true) {
      auto has_row = rows->step();
      if (!has_row) return fail(has_row.error());
      if (!*has_row) break;
      event::Record record;
      record.user_id = rows->text(0);
      record.anonymous_id = rows->text(1);
      record.ip = rows->text(2);
      record.user_agent = rows->text(3);
      record.occurred_at_ms = rows->integer(4);
      visitors.add(visitor_hash(record));
      ++summary.events;
      if (rows->integer(5) != 0) ++summary.bots;
    }
  }
  summary.visitors = visitors.count();
  return summary;
}

Result<std::optional<std::int64_t>> Charts::newest_received(const Range& range,
                                                            const Filter& filter) {
  auto days = days_.days(range.from_ms, range.to_ms);
  std::reverse(days.begin(), days.end());
  for (const std::int64_t day_ms : days) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    auto rows = select_rows(**reader, "SELECT received_at", filter,
                            " ORDER BY occurred_at DESC, rowid DESC LIMIT 1");
    if (!rows) return fail(rows.error());
    bind_rows(*rows, 1, range, filter);
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (*has_row) return std::optional(rows->integer(0));
  }
  return std::optional<std::int64_t>();
}

}  // namespace penstock::store
