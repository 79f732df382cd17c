#include "store/sqlite/visit_charts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "store/columns/aggregates.h"
#include "store/columns/steps.h"

namespace penstock::store {
namespace {

bool touches(const Range& range, std::int64_t day_ms) {
  return day_ms < range.to_ms && day_ms + kDayMs > range.from_ms;
}

constexpr auto kSeeNothing = [](ChunkRows&) -> Result<void> { return {}; };

}  // namespace

Result<Visits> VisitCharts::visits(const Range& range, const Filter& filter) {
  const Range inside = storable_range(range);
  if (inside.from_ms >= inside.to_ms) return Visits();
  auto all = Steps::of(inside, StepStarts{inside.from_ms / 1'000});
  if (!all) return fail(all.error());
  VisitCounts counts(1);
  PENSTOCK_TRY(count(inside, *all, filter, kSeeNothing, counts));
  const VisitSums& sums = counts.sums();
  return Visits{sums.visits[0], sums.bounces[0], sums.seconds[0], counts.entries(), counts.exits()};
}

Result<VisitSeries> VisitCharts::series(const Range& range, const Step& step,
                                        const Filter& filter) {
  return series(range, step, filter, kSeeNothing);
}

Result<VisitSeries> VisitCharts::series(const Range& range, const Step& step, const Filter& filter,
                                        See see) {
  const Range inside = storable_range(range);
  auto steps = Steps::of(inside, step);
  if (!steps) return fail(steps.error());
  if (steps->empty()) return VisitSeries();
  VisitCounts counts(steps->size());
  PENSTOCK_TRY(count(inside, *steps, filter, see, counts));
  const VisitSums& sums = counts.sums();
  return VisitSeries{steps->at_s(), sums.visits, sums.bounces, sums.seconds};
}

Result<void> VisitCharts::count(const Range& range, const Steps& steps, const Filter& filter,
                                See see, VisitCounts& counts) {
  const auto read = days_.each(with_neighbour_days(range),
                               [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
                                 auto done = visits_.read(reader, day_ms, [&]() -> Result<void> {
                                   counts.begin_day(day_ms, visits_.parts());
                                   if (!touches(range, day_ms)) return {};
                                   return add_rows(reader, range, steps, filter, see, counts);
                                 });
                                 if (done) counts.end_day();
                                 return done;
                               });
  PENSTOCK_TRY(read);
  counts.finish();
  return {};
}

Result<void> VisitCharts::add_rows(DayReader& reader, const Range& range, const Steps& steps,
                                   const Filter& filter, See see, VisitCounts& counts) {
  return visits_.each_part(reader, [&](const ColumnPart& part) {
    const auto add = [&](ChunkRows& rows) -> Result<void> {
      PENSTOCK_TRY(see(rows));
      if (rows.positions().empty()) return {};
      auto places = visits_.places(part, rows.chunk());
      if (!places) return fail(places.error());
      Result<void> added;
      const auto add_step = [&](std::size_t step, std::span<const std::uint16_t> positions) {
        if (added) added = counts.add(*places, positions, step);
      };
      PENSTOCK_TRY(visit_buckets(rows, steps, add_step));
      return added;
    };
    return scan_.part(reader, part, filter, range, ChunkOrder::kByNumber, add);
  });
}

Result<std::vector<TopEntry>> VisitCharts::ends(const Range& range, VisitEnd end,
                                                const Facet& facet, const Filter& filter,
                                                std::uint32_t limit) {
  const Range inside = storable_range(range);
  return facets_.list(inside, facet, limit, [&](WordTotals& totals) -> Result<void> {
    if (inside.from_ms >= inside.to_ms) return {};
    VisitEnds ends(end);
    const Range all = with_neighbour_days(inside);
    const auto add = [&](DayReader& reader, std::int64_t day_ms) {
      return add_ends(reader, day_ms, inside, facet, filter, ends, totals);
    };
    if (end == VisitEnd::kEntry) return days_.each(all, add);
    return days_.each_newest_first(all,
                                   [&](DayReader& reader, std::int64_t day_ms) -> Result<bool> {
                                     PENSTOCK_TRY(add(reader, day_ms));
                                     return true;
                                   });
  });
}

Result<void> VisitCharts::add_ends(DayReader& reader, std::int64_t day_ms, const Range& range,
                                   const Facet& facet, const Filter& filter, VisitEnds& ends,
                                   WordTotals& totals) {
  return visits_.read(reader, day_ms, [&]() -> Result<void> {
    ends.begin_day(day_ms, visits_.parts());
    if (!touches(range, day_ms)) return {};
    return visits_.each_part(reader, [&](const ColumnPart& part) {
      const auto narrow = [&](ChunkRows& rows) -> Result<void> {
        auto places = visits_.places(part, rows.chunk());
        if (!places) return fail(places.error());
        auto chosen = ends.choose(*places, rows.positions());
        if (!chosen) return fail(chosen.error());
        rows.narrow(*chosen);
        return {};
      };
      return facets_.add(reader, part, range, facet, filter, narrow, totals);
    });
  });
}

}  // namespace penstock::store
