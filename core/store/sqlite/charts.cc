#include "store/sqlite/charts.h"

#include <algorithm>

#include "base/text.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kHourMs = kHourS * 1'000;

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

// How a part has a facet's values.
Result<Columns::Word> facet_column(Columns& columns, const Facet& facet) {
  if (const auto* dimension = std::get_if<Dimension>(&facet)) {
    return Columns::Word{Columns::Word::Known::kCode, column_number(*dimension)};
  }
  auto key = find_property(columns, std::get<std::string>(facet));
  if (key && key->known == Columns::Word::Known::kCode) key->code = property_column(key->code);
  return key;
}

}  // namespace

DayParts parts_of_day(std::int64_t day_ms, const Range& range, std::int64_t coarsest_s) {
  const Range inside{std::max(range.from_ms, day_ms), std::min(range.to_ms, day_ms + kDayMs)};
  if (inside.from_ms >= inside.to_ms) return {};
  const std::int64_t first_ms = ceil_to(inside.from_ms, kHourMs);
  const std::int64_t last_ms = floor_to(inside.to_ms, kHourMs);
  if (first_ms >= last_ms) return {std::nullopt, {inside}};
  const bool is_day = last_ms - first_ms == kDayMs && coarsest_s == kDayS;
  DayParts parts{Span{is_day ? kDayS : kHourS, first_ms / 1'000, last_ms / 1'000}, {}};
  if (inside.from_ms < first_ms) parts.edges.push_back({inside.from_ms, first_ms});
  if (last_ms < inside.to_ms) parts.edges.push_back({last_ms, inside.to_ms});
  return parts;
}

namespace {

// As columns alone where the question, or the day just now, has no totals.
Result<DayParts> parts_for(DayReader& reader, std::int64_t day_ms, const Range& range,
                           bool wants_totals, std::int64_t coarsest_s) {
  if (!wants_totals) return DayParts{std::nullopt, {range}};
  auto has_totals = reader.has_totals();
  if (!has_totals) return fail(has_totals.error());
  return *has_totals ? parts_of_day(day_ms, range, coarsest_s) : DayParts{std::nullopt, {range}};
}

}  // namespace

// A series that is being filled.
struct Charts::Chart {
  Series series;
  std::int64_t step_s;
  std::vector<HyperLogLog> sketches;

  std::size_t bucket_of(std::int64_t at_s) const {
    return static_cast<std::size_t>((at_s - series.at_s.front()) / step_s);
  }
};

struct Charts::Sums {
  std::uint64_t events = 0;
  std::uint64_t bots = 0;
  HyperLogLog visitors;
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
  chart.sketches.resize(series.at_s.size());

  const bool has_totals = filter.is_empty() && step_s % kHourS == 0;
  const auto read = days_.each(inside, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
    auto parts =
        parts_for(reader, day_ms, inside, has_totals, step_s % kDayS == 0 ? kDayS : kHourS);
    if (!parts) return fail(parts.error());
    if (parts->span) PENSTOCK_TRY(fill_from_totals(reader, *parts->span, filter, chart));
    for (const Range& edge : parts->edges) {
      PENSTOCK_TRY(fill_from_columns(reader, edge, filter, chart));
    }
    return {};
  });
  PENSTOCK_TRY(read);
  for (const HyperLogLog& sketch : chart.sketches) series.visitors.push_back(sketch.count());
  return std::move(series);
}

Result<void> Charts::fill_from_totals(DayReader& reader, const Span& span, const Filter& filter,
                                      Chart& chart) {
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  for (const std::string& project : *projects) {
    PENSTOCK_TRY(
        reader.counts(span, project, kTotalCode, [&](std::int64_t at_s, std::uint64_t events) {
          chart.series.events[chart.bucket_of(at_s)] += events;
        }));
    PENSTOCK_TRY(reader.sketches(span, project, [&](std::int64_t at_s, const HyperLogLog& sketch) {
      chart.sketches[chart.bucket_of(at_s)].merge(sketch);
    }));
  }
  return {};
}

Result<void> Charts::fill_from_columns(DayReader& reader, const Range& range, const Filter& filter,
                                       Chart& chart) {
  const std::int64_t start_ms = chart.series.at_s.front() * 1'000;
  return scan_.day(
      reader, filter, range, ChunkOrder::kByNumber, [&](ChunkRows& rows) -> Result<void> {
        auto visitors = rows.visitors();
        if (!visitors) return fail(visitors.error());
        return visit_buckets(rows, start_ms, chart.step_s * 1'000,
                             [&](std::size_t bucket, std::span<const std::uint16_t> positions) {
                               chart.series.events[bucket] += positions.size();
                               add_visitors(*visitors, positions, chart.sketches[bucket]);
                             });
      });
}

Result<std::vector<TopEntry>> Charts::top(const Range& range, const Facet& facet,
                                          const Filter& filter, std::uint32_t limit) {
  const Range inside = clamped(range);
  auto key = dictionary_key(inside);
  if (!key) return fail(key.error());
  WordTotals totals(limit, *key);
  do {
    totals.begin();
    PENSTOCK_TRY(days_.each(inside, [&](DayReader& reader, std::int64_t) {
      return add_words(reader, inside, facet, filter, totals);
    }));
    totals.choose();
    PENSTOCK_TRY(days_.each(inside, [&](DayReader& reader, std::int64_t) {
      return reader.columns().read([&](const ColumnPart& part) -> Result<void> {
        auto column = facet_column(*part.columns, facet);
        if (!column) return fail(column.error());
        if (column->known != Columns::Word::Known::kCode) return {};
        return totals.name(*part.columns, column->code);
      });
    }));
  } while (totals.must_repeat());
  return totals.entries();
}

// Of the newest day that has one: all days of a store have the same, but for those that were
// brought from elsewhere.
Result<std::optional<crypto::HashKey>> Charts::dictionary_key(const Range& range) {
  std::optional<crypto::HashKey> found;
  PENSTOCK_TRY(days_.each_newest_first(range, [&](DayReader& reader, std::int64_t) -> Result<bool> {
    auto key = reader.dictionary_key();
    if (!key) return fail(key.error());
    found = *key;
    return !found;
  }));
  return found;
}

Result<void> Charts::add_words(DayReader& reader, const Range& range, const Facet& facet,
                               const Filter& filter, WordTotals& totals) {
  return reader.columns().read([&](const ColumnPart& part) {
    return add_words_of_part(reader, part, range, facet, filter, totals);
  });
}

Result<void> Charts::add_words_of_part(DayReader& reader, const ColumnPart& part,
                                       const Range& range, const Facet& facet, const Filter& filter,
                                       WordTotals& totals) {
  auto column = facet_column(*part.columns, facet);
  if (!column) return fail(column.error());
  if (column->known == Columns::Word::Known::kAbsent) return {};
  const auto add_rows = [&](ChunkRows& rows) {
    return scan_.properties(reader, rows, std::get<std::string>(facet),
                            [&](std::string_view value) { totals.add_text(value, 1); });
  };
  const auto add_chunk = [&](ChunkRows& rows) -> Result<void> {
    if (column->known == Columns::Word::Known::kMaybeOther) return add_rows(rows);
    auto codes = rows.codes(column->code);
    if (!codes) return fail(codes.error());
    if (codes->kept == Columns::Kept::kInRows) return add_rows(rows);
    if (codes->kept == Columns::Kept::kCodes) return counts_.add(codes->codes, rows.positions());
    counts_.add_empty(rows.positions().size());
    return {};
  };
  counts_.clear();
  PENSTOCK_TRY(scan_.part(reader, part, filter, range, ChunkOrder::kByNumber, add_chunk));
  return totals.add(*part.columns, column->code, counts_.counts());
}

Result<Summary> Charts::summary(const Range& range, const Filter& filter) {
  const Range inside = clamped(range);
  Sums sums;
  const auto read = days_.each(inside, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
    auto parts = parts_for(reader, day_ms, inside, filter.is_empty(), kDayS);
    if (!parts) return fail(parts.error());
    if (parts->span) PENSTOCK_TRY(add_totals(reader, *parts->span, filter, sums));
    for (const Range& edge : parts->edges) PENSTOCK_TRY(add_columns(reader, edge, filter, sums));
    return {};
  });
  PENSTOCK_TRY(read);
  Summary summary{sums.events, sums.visitors.count(), sums.bots, std::nullopt};
  if (sums.events == 0) return summary;
  auto newest = newest_received(inside, filter);
  if (!newest) return fail(newest.error());
  summary.newest_received_ms = *newest;
  return summary;
}

Result<void> Charts::add_totals(DayReader& reader, const Span& span, const Filter& filter,
                                Sums& sums) {
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  for (const std::string& project : *projects) {
    PENSTOCK_TRY(reader.counts(span, project, kTotalCode,
                               [&](std::int64_t, std::uint64_t events) { sums.events += events; }));
    PENSTOCK_TRY(reader.counts(span, project, kBotsCode,
                               [&](std::int64_t, std::uint64_t bots) { sums.bots += bots; }));
    PENSTOCK_TRY(reader.sketches(span, project, [&](std::int64_t, const HyperLogLog& sketch) {
      sums.visitors.merge(sketch);
    }));
  }
  return {};
}

Result<void> Charts::add_columns(DayReader& reader, const Range& range, const Filter& filter,
                                 Sums& sums) {
  return scan_.day(reader, filter, range, ChunkOrder::kByNumber,
                   [&](ChunkRows& rows) -> Result<void> {
                     sums.events += rows.positions().size();
                     auto visitors = rows.visitors();
                     if (!visitors) return fail(visitors.error());
                     add_visitors(*visitors, rows.positions(), sums.visitors);
                     auto bots = count_bots(rows);
                     if (!bots) return fail(bots.error());
                     sums.bots += *bots;
                     return {};
                   });
}

Result<std::optional<std::int64_t>> Charts::newest_received(const Range& range,
                                                            const Filter& filter) {
  std::optional<std::int64_t> found;
  const auto read =
      days_.each_newest_first(range, [&](DayReader& reader, std::int64_t) -> Result<bool> {
        FirstRows first(FirstRows::Order::kNewestFirst, range, nullptr, 1);
        PENSTOCK_TRY(scan_.find(reader, filter, first));
        for (const RowPlace& place : first.take()) {
          auto is_there = reader.read_row(
              place.row_id, [&](const event::Row& row) { found = row.record.received_at_ms; });
          if (!is_there) return fail(is_there.error());
        }
        return !found;
      });
  PENSTOCK_TRY(read);
  return found;
}

}  // namespace penstock::store
