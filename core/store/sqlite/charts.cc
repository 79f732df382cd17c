#include "store/sqlite/charts.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "event/id.h"
#include "store/contract/dimension.h"
#include "store/rollup/hyperloglog.h"
#include "store/rollup/visitor.h"
#include "store/sqlite/row_filter.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kMinuteMs = kMinuteS * 1'000;

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

// The coarsest rollup whose entries add up to buckets of `step_s`.
std::int64_t rollup_step(std::int64_t step_s) {
  for (const std::int64_t base_s : {kDayS, kHourS}) {
    if (step_s % base_s == 0) return base_s;
  }
  return kMinuteS;
}

// What rollups know a filter by. An empty value is in no rollup, since most rows have some.
struct Count {
  std::int64_t code;
  std::string_view value;
};
std::optional<Count> rollup_count(const Filter& filter) {
  if (filter.equals.empty()) return Count{kTotalCode, {}};
  const auto& [dimension, value] = filter.equals[0];
  if (filter.equals.size() > 1 || value.empty() || !has_rollup(dimension)) return std::nullopt;
  return Count{rollup_code(dimension), value};
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

struct CountedRow {
  std::int64_t occurred_at_ms;
  std::int64_t received_at_ms;
  std::uint64_t visitor;
  bool is_bot;
};

Result<void> visit_rows(DayReader& reader, const Range& range, const Filter& filter,
                        FunctionRef<void(const CountedRow&)> visit) {
  auto rows = select_rows(
      reader, "SELECT user_id, anonymous_id, ip, user_agent, occurred_at, is_bot, received_at",
      filter, "");
  if (!rows) return fail(rows.error());
  bind_rows(*rows, 1, range, filter);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    event::Record record;
    record.user_id = rows->text(0);
    record.anonymous_id = rows->text(1);
    record.ip = rows->text(2);
    record.user_agent = rows->text(3);
    record.occurred_at_ms = rows->integer(4);
    visit({record.occurred_at_ms, rows->integer(6), visitor_hash(record), rows->integer(5) != 0});
  }
}

}  // namespace

std::vector<Span> spans_of_day(std::int64_t day_s, std::int64_t from_s, std::int64_t to_s,
                               std::int64_t coarsest_s) {
  PENSTOCK_CHECK(from_s >= day_s && to_s <= day_s + kDayS && from_s % kMinuteS == 0);
  if (from_s >= to_s) return {};
  if (to_s - from_s == kDayS && coarsest_s == kDayS) return {{kDayS, from_s, to_s}};

  const std::int64_t first_hour_s = ceil_to(from_s, kHourS);
  const std::int64_t last_hour_s = floor_to(to_s, kHourS);
  if (first_hour_s >= last_hour_s || coarsest_s == kMinuteS) return {{kMinuteS, from_s, to_s}};
  std::vector<Span> spans;
  if (from_s < first_hour_s) spans.push_back({kMinuteS, from_s, first_hour_s});
  spans.push_back({kHourS, first_hour_s, last_hour_s});
  if (last_hour_s < to_s) spans.push_back({kMinuteS, last_hour_s, to_s});
  return spans;
}

DayParts parts_of_day(std::int64_t day_ms, const Range& range, std::int64_t coarsest_s) {
  const Range inside{std::max(range.from_ms, day_ms), std::min(range.to_ms, day_ms + kDayMs)};
  if (inside.from_ms >= inside.to_ms) return {};
  const std::int64_t first_ms = ceil_to(inside.from_ms, kMinuteMs);
  const std::int64_t last_ms = floor_to(inside.to_ms, kMinuteMs);
  if (first_ms >= last_ms) return {{}, {inside}};
  DayParts parts;
  parts.spans = spans_of_day(day_ms / 1'000, first_ms / 1'000, last_ms / 1'000, coarsest_s);
  if (inside.from_ms < first_ms) parts.edges.push_back({inside.from_ms, first_ms});
  if (last_ms < inside.to_ms) parts.edges.push_back({last_ms, inside.to_ms});
  return parts;
}

// A series that is being filled.
struct Charts::Chart {
  Series series;
  std::int64_t step_s;
  std::vector<HyperLogLog> sketches;  // Empty with a filter on a dimension.

  std::size_t bucket_of(std::int64_t at_s) const {
    return static_cast<std::size_t>((at_s - series.at_s.front()) / step_s);
  }
};

// Buckets of up to a day begin at multiples of the step; longer ones, which have no natural
// beginning, with the day of the range's own start. The first and the last count what of them lies
// in the range.
Result<Series> Charts::timeseries(const Range& range, std::int64_t step_s, const Filter& filter) {
  if (step_s <= 0 || step_s % kMinuteS != 0 || step_s > kEndMs / 1'000) {
    return fail(ErrorCode::kRejected, "a step of 60, 3600 or 86400 seconds, or a multiple");
  }
  const Range inside = clamped(range);
  Chart chart{{}, step_s, {}};
  Series& series = chart.series;
  if (inside.from_ms >= inside.to_ms) return std::move(series);
  const std::int64_t start_s = floor_to(inside.from_ms / 1'000, std::min(step_s, kDayS));
  const std::int64_t end_s = (inside.to_ms + 999) / 1'000;
  const std::int64_t points = (end_s - start_s + step_s - 1) / step_s;
  if (points > kPointsMax) {
    return fail(ErrorCode::kRejected, points, "a range of at most 5,000 points");
  }
  for (std::int64_t i = 0; i < points; ++i) series.at_s.push_back(start_s + i * step_s);
  series.events.assign(static_cast<std::size_t>(points), 0);
  if (filter.equals.empty()) chart.sketches.resize(series.at_s.size());

  const bool is_rolled_up = rollup_count(filter).has_value();
  PENSTOCK_TRY(days_.each(inside, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
    if (!is_rolled_up) return fill_from_rows(reader, inside, filter, chart);
    return fill_from_rollups(reader, parts_of_day(day_ms, inside, rollup_step(step_s)), filter,
                             chart);
  }));
  for (const HyperLogLog& sketch : chart.sketches) series.visitors.push_back(sketch.count());
  return std::move(series);
}

Result<void> Charts::fill_from_rollups(DayReader& reader, const DayParts& parts,
                                       const Filter& filter, Chart& chart) {
  const Count wanted = *rollup_count(filter);
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  for (const std::string& project : *projects) {
    for (const Span& span : parts.spans) {
      PENSTOCK_TRY(reader.counts(span, project, wanted.code, wanted.value,
                                 [&](std::int64_t at_s, std::uint64_t events) {
                                   chart.series.events[chart.bucket_of(at_s)] += events;
                                 }));
      if (chart.sketches.empty()) continue;
      PENSTOCK_TRY(
          reader.sketches(span, project, [&](std::int64_t at_s, const HyperLogLog& sketch) {
            chart.sketches[chart.bucket_of(at_s)].merge(sketch);
          }));
    }
  }
  for (const Range& edge : parts.edges) {
    if (chart.sketches.empty()) {
      PENSTOCK_TRY(fill_from_rows(reader, edge, filter, chart));
      continue;
    }
    PENSTOCK_TRY(visit_rows(reader, edge, filter, [&](const CountedRow& row) {
      const std::size_t bucket = chart.bucket_of(row.occurred_at_ms / 1'000);
      ++chart.series.events[bucket];
      chart.sketches[bucket].add(row.visitor);
    }));
  }
  return {};
}

Result<void> Charts::fill_from_rows(DayReader& reader, const Range& range, const Filter& filter,
                                    Chart& chart) {
  auto rows = select_rows(reader, "SELECT (occurred_at - ?) / ?, count(*)", filter, " GROUP BY 1");
  if (!rows) return fail(rows.error());
  rows->bind(1, chart.series.at_s.front() * 1'000).bind(2, chart.step_s * 1'000);
  bind_rows(*rows, 3, range, filter);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    const auto bucket = static_cast<std::size_t>(rows->integer(0));
    chart.series.events[bucket] += static_cast<std::uint64_t>(rows->integer(1));
  }
}

Result<std::vector<TopEntry>> Charts::top(const Range& range, Dimension dimension,
                                          const Filter& filter, std::uint32_t limit) {
  const Range inside = clamped(range);
  const bool is_rolled_up =
      has_rollup(dimension) &&
      (filter.equals.empty() || (rollup_count(filter) && filter.equals[0].first == dimension));
  Totals totals;
  const Result<void> read =
      days_.each(inside, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
        if (!is_rolled_up) return add_row_values(reader, inside, dimension, filter, totals);
        const DayParts parts = parts_of_day(day_ms, inside);
        for (const Span& span : parts.spans) {
          PENSTOCK_TRY(add_values(reader, span, dimension, filter, totals));
        }
        for (const Range& edge : parts.edges) {
          PENSTOCK_TRY(add_row_values(reader, edge, dimension, filter, totals));
        }
        return {};
      });
  PENSTOCK_TRY(read);

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
  const std::int64_t code = rollup_code(dimension);
  for (const std::string& project : *projects) {
    if (filter.equals.empty()) {
      PENSTOCK_TRY(
          reader.values(span, project, code, [&](std::string_view value, std::uint64_t events) {
            totals[std::string(value)] += events;
          }));
      continue;
    }
    const std::string& value = filter.equals[0].second;
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
    totals[std::string(dimension_value(rows->text(0)))] +=
        static_cast<std::uint64_t>(rows->integer(1));
  }
}

// With a filter on a dimension, visitors and bots are in no rollup. Rows tell them as long as the
// range is small enough to be read at once; above that they are not known.
Result<Summary> Charts::summary(const Range& range, const Filter& filter) {
  const Range inside = clamped(range);
  if (filter.equals.empty()) return totals(inside, filter);
  if (!rollup_count(filter)) return count_rows(inside, filter);

  auto events = count_of(inside, filter);
  if (!events) return fail(events.error());
  Summary summary;
  summary.events = *events;
  if (*events == 0) {
    summary.visitors = 0;
    summary.bots = 0;
    return summary;
  }
  Filter all;
  all.project = filter.project;
  auto rows = count_of(inside, all);
  if (!rows) return fail(rows.error());
  if (*rows <= kCountedRowsMax) return count_rows(inside, filter);
  auto newest = newest_received(inside, filter);
  if (!newest) return fail(newest.error());
  summary.newest_received_ms = *newest;
  return summary;
}

Result<Summary> Charts::totals(const Range& range, const Filter& filter) {
  std::uint64_t events = 0;
  std::uint64_t bots = 0;
  HyperLogLog visitors;
  const Result<void> read =
      days_.each(range, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
        const DayParts parts = parts_of_day(day_ms, range);
        auto projects = reader.projects(filter.project);
        if (!projects) return fail(projects.error());
        for (const std::string& project : *projects) {
          for (const Span& span : parts.spans) {
            PENSTOCK_TRY(
                reader.counts(span, project, kTotalCode, {},
                              [&](std::int64_t, std::uint64_t count) { events += count; }));
            PENSTOCK_TRY(reader.counts(span, project, kBotsCode, {},
                                       [&](std::int64_t, std::uint64_t count) { bots += count; }));
            PENSTOCK_TRY(reader.sketches(
                span, project,
                [&](std::int64_t, const HyperLogLog& sketch) { visitors.merge(sketch); }));
          }
        }
        for (const Range& edge : parts.edges) {
          PENSTOCK_TRY(visit_rows(reader, edge, filter, [&](const CountedRow& row) {
            ++events;
            if (row.is_bot) ++bots;
            visitors.add(row.visitor);
          }));
        }
        return {};
      });
  PENSTOCK_TRY(read);
  Summary summary{events, visitors.count(), bots, std::nullopt};
  if (events == 0) return summary;
  auto newest = newest_received(range, filter);
  if (!newest) return fail(newest.error());
  summary.newest_received_ms = *newest;
  return summary;
}

Result<std::uint64_t> Charts::count_of(const Range& range, const Filter& filter) {
  std::uint64_t sum = 0;
  const Count wanted = *rollup_count(filter);
  const Result<void> read =
      days_.each(range, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
        const DayParts parts = parts_of_day(day_ms, range);
        auto projects = reader.projects(filter.project);
        if (!projects) return fail(projects.error());
        for (const std::string& project : *projects) {
          for (const Span& span : parts.spans) {
            PENSTOCK_TRY(reader.counts(span, project, wanted.code, wanted.value,
                                       [&](std::int64_t, std::uint64_t events) { sum += events; }));
          }
        }
        for (const Range& edge : parts.edges) {
          auto rows = select_rows(reader, "SELECT count(*)", filter, "");
          if (!rows) return fail(rows.error());
          bind_rows(*rows, 1, edge, filter);
          PENSTOCK_TRY(rows->step());
          sum += static_cast<std::uint64_t>(rows->integer(0));
        }
        return {};
      });
  PENSTOCK_TRY(read);
  return sum;
}

Result<Summary> Charts::count_rows(const Range& range, const Filter& filter) {
  Summary summary;
  std::uint64_t bots = 0;
  HyperLogLog visitors;
  std::int64_t last_ms = -1;
  PENSTOCK_TRY(days_.each(range, [&](DayReader& reader, std::int64_t) {
    return visit_rows(reader, range, filter, [&](const CountedRow& row) {
      visitors.add(row.visitor);
      ++summary.events;
      if (row.is_bot) ++bots;
      if (row.occurred_at_ms < last_ms) return;
      last_ms = row.occurred_at_ms;
      summary.newest_received_ms = row.received_at_ms;
    });
  }));
  summary.visitors = visitors.count();
  summary.bots = bots;
  return summary;
}

Result<std::optional<std::int64_t>> Charts::newest_received(const Range& range,
                                                            const Filter& filter) {
  std::optional<std::int64_t> found;
  PENSTOCK_TRY(
      days_.each_newest_first(range, [&](DayReader& reader, std::int64_t day_ms) -> Result<bool> {
        auto newest = newest_of_day(reader, parts_of_day(day_ms, range), filter);
        if (!newest) return fail(newest.error());
        found = *newest;
        return !found;
      }));
  return found;
}

// Rollups say where to look, so that a rare value is not looked for in every row.
Result<std::optional<std::int64_t>> Charts::newest_of_day(DayReader& reader, const DayParts& parts,
                                                          const Filter& filter) {
  std::vector<Range> places = parts.edges;
  for (const Span& span : parts.spans) {
    auto minute_s = last_minute(reader, span, filter);
    if (!minute_s) return fail(minute_s.error());
    if (*minute_s) places.push_back({**minute_s * 1'000, **minute_s * 1'000 + kMinuteMs});
  }
  std::sort(places.begin(), places.end(),
            [](const Range& a, const Range& b) { return a.from_ms > b.from_ms; });
  for (const Range& place : places) {
    auto rows = select_rows(reader, "SELECT received_at", filter,
                            " ORDER BY occurred_at DESC, rowid DESC LIMIT 1");
    if (!rows) return fail(rows.error());
    bind_rows(*rows, 1, place, filter);
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (*has_row) return std::optional(rows->integer(0));
  }
  return std::optional<std::int64_t>();
}

Result<std::optional<std::int64_t>> Charts::last_minute(DayReader& reader, const Span& span,
                                                        const Filter& filter) {
  const Count wanted = *rollup_count(filter);
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  std::optional<std::int64_t> last_s;
  for (const std::string& project : *projects) {
    PENSTOCK_TRY(reader.counts(span, project, wanted.code, wanted.value,
                               [&](std::int64_t at_s, std::uint64_t events) {
                                 if (events > 0 && (!last_s || at_s > *last_s)) last_s = at_s;
                               }));
  }
  if (!last_s || span.step_s == kMinuteS) return last_s;
  const std::int64_t finer_s = span.step_s == kDayS ? kHourS : kMinuteS;
  return last_minute(reader, {finer_s, *last_s, *last_s + span.step_s}, filter);
}

}  // namespace penstock::store
