#include "store/sqlite/visit_charts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "store/columns/steps.h"

namespace penstock::store {
namespace {

bool touches(const Range& range, std::int64_t day_ms) {
  return day_ms < range.to_ms && day_ms + kDayMs > range.from_ms;
}

}  // namespace

Result<Visits> VisitCharts::visits(const Range& range, const Filter& filter) {
  Visits out;
  VisitCounts counts([&out](const CountedVisit& visit) {
    ++out.visits;
    out.bounces += visit.is_bounce ? 1 : 0;
    out.seconds += visit.length_s;
  });
  PENSTOCK_TRY(count(storable_range(range), filter, false, counts));
  out.entries = counts.entries();
  out.exits = counts.exits();
  return out;
}

Result<VisitSeries> VisitCharts::series(const Range& range, const Step& step,
                                        const Filter& filter) {
  const Range inside = storable_range(range);
  auto steps = Steps::of(inside, step);
  if (!steps) return fail(steps.error());
  VisitSeries out{steps->at_s(), {}, {}, {}};
  if (out.at_s.empty()) return out;
  for (auto* column : {&out.visits, &out.bounces, &out.seconds}) {
    column->assign(out.at_s.size(), 0);
  }
  VisitCounts counts([&](const CountedVisit& visit) {
    // A row whose time is not of its day, by a person's hand, counts at the nearest end.
    const std::int64_t first_ms = std::max(visit.first_s * 1'000, steps->start_ms(0));
    const std::size_t at = steps->index_of(first_ms);
    ++out.visits[at];
    out.bounces[at] += visit.is_bounce ? 1 : 0;
    out.seconds[at] += visit.length_s;
  });
  PENSTOCK_TRY(count(inside, filter, true, counts));
  return out;
}

Result<void> VisitCharts::count(const Range& range, const Filter& filter, bool wants_times,
                                VisitCounts& counts) {
  if (range.from_ms >= range.to_ms) return {};
  const auto read = days_.each(with_neighbour_days(range),
                               [&](DayReader& reader, std::int64_t day_ms) -> Result<void> {
                                 auto done = visits_.read(reader, day_ms, [&]() -> Result<void> {
                                   counts.begin_day(day_ms, visits_.parts());
                                   if (!touches(range, day_ms)) return {};
                                   return add_rows(reader, range, filter, wants_times, counts);
                                 });
                                 if (done) counts.end_day();
                                 return done;
                               });
  PENSTOCK_TRY(read);
  counts.finish();
  return {};
}

Result<void> VisitCharts::add_rows(DayReader& reader, const Range& range, const Filter& filter,
                                   bool wants_times, VisitCounts& counts) {
  return visits_.each_part(reader, [&](const ColumnPart& part) {
    const auto add = [&](ChunkRows& rows) -> Result<void> {
      auto places = visits_.places(part, rows.chunk());
      if (!places) return fail(places.error());
      if (!wants_times) return counts.add(*places, rows.positions(), {});
      auto times = rows.times();
      if (!times) return fail(times.error());
      return counts.add(*places, rows.positions(), *times);
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
