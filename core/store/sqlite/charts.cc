#include "store/sqlite/charts.h"

#include <algorithm>

#include "base/text.h"
#include "store/columns/steps.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kHourMs = kHourS * 1'000;

std::int64_t floor_to(std::int64_t value, std::int64_t step) { return value - value % step; }
std::int64_t ceil_to(std::int64_t value, std::int64_t step) {
  return floor_to(value + step - 1, step);
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

struct Charts::Sums {
  std::uint64_t events = 0;
  std::uint64_t bots = 0;
  HyperLogLog visitors;
};

Result<Series> Charts::timeseries(const Range& range, const Step& step, const Filter& filter) {
  const Range inside = storable_range(range);
  auto steps = Steps::of(inside, step);
  if (!steps) return fail(steps.error());
  SeriesCounts counts(*std::move(steps));
  if (counts.steps().empty()) return counts.series();

  const bool has_totals = filter.is_empty() && counts.steps().begin_at_multiples_of(kHourS);
  const std::int64_t coarsest_s = counts.steps().begin_at_multiples_of(kDayS) ? kDayS : kHourS;
  const auto read = days_.each(inside, [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
    auto parts = parts_for(reader, day_ms, inside, has_totals, coarsest_s);
    if (!parts) return fail(parts.error());
    if (parts->span) PENSTOCK_TRY(fill_from_totals(reader, *parts->span, filter, counts));
    for (const Range& edge : parts->edges) {
      PENSTOCK_TRY(scan_.day(reader, filter, edge, ChunkOrder::kByNumber,
                             [&](ChunkRows& rows) { return counts.add(rows); }));
    }
    return {};
  });
  PENSTOCK_TRY(read);
  return counts.series();
}

Result<void> Charts::fill_from_totals(DayReader& reader, const Span& span, const Filter& filter,
                                      SeriesCounts& counts) {
  auto projects = reader.projects(filter.project);
  if (!projects) return fail(projects.error());
  for (const std::string& project : *projects) {
    PENSTOCK_TRY(reader.counts(
        span, project, kTotalCode,
        [&](std::int64_t at_s, std::uint64_t events) { counts.add_events(at_s, events); }));
    PENSTOCK_TRY(reader.sketches(span, project, [&](std::int64_t at_s, const HyperLogLog& sketch) {
      counts.add_visitors(at_s, sketch);
    }));
  }
  return {};
}

Result<std::vector<TopEntry>> Charts::top(const Range& range, const Facet& facet,
                                          const Filter& filter, std::uint32_t limit) {
  const Range inside = storable_range(range);
  const auto all_of_them = [](ChunkRows&) -> Result<void> { return {}; };
  return facets_.list(inside, facet, limit, [&](WordTotals& totals) {
    return days_.each(inside, [&](DayReader& reader, std::int64_t) {
      return reader.columns().read([&](const ColumnPart& part) {
        return facets_.add(reader, part, inside, facet, filter, all_of_them, totals);
      });
    });
  });
}

Result<Summary> Charts::summary(const Range& range, const Filter& filter) {
  const Range inside = storable_range(range);
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
  auto newest = newest_.received_ms(inside, filter);
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
                     auto visitors = rows.sketched_visitors();
                     if (!visitors) return fail(visitors.error());
                     add_visitors(*visitors, rows.positions(), sums.visitors);
                     auto bots = count_bots(rows);
                     if (!bots) return fail(bots.error());
                     sums.bots += *bots;
                     return {};
                   });
}

}  // namespace penstock::store
