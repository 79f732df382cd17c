#include "store/sqlite/overview_chart.h"

#include <utility>

#include "store/columns/aggregates.h"
#include "store/columns/series_counts.h"

namespace penstock::store {

Result<Overview> OverviewChart::ask(const Range& range, const Step& step, const Filter& filter) {
  const Range inside = storable_range(range);
  if (filter.is_empty()) return from_totals(inside, step, filter);
  return from_columns(inside, step, filter);
}

// Hours and days have sums, so that of the columns the visits alone are read.
Result<Overview> OverviewChart::from_totals(const Range& range, const Step& step,
                                            const Filter& filter) {
  auto series = charts_.timeseries(range, step, filter);
  if (!series) return fail(series.error());
  auto summary = charts_.summary(range, filter);
  if (!summary) return fail(summary.error());
  auto visits = visit_charts_.series(range, step, filter);
  if (!visits) return fail(visits.error());
  return Overview{*std::move(series), *std::move(visits), *summary, 0};
}

Result<Overview> OverviewChart::from_columns(const Range& range, const Step& step,
                                             const Filter& filter) {
  auto steps = Steps::of(range, step);
  if (!steps) return fail(steps.error());
  SeriesCounts counts(*std::move(steps));
  const bool leaves_bots_out = filter.is_bot == false;
  std::uint64_t bots = 0;
  Filter seen = filter;
  if (leaves_bots_out) seen.is_bot.reset();
  auto visits = visit_charts_.series(range, step, seen, [&](ChunkRows& rows) -> Result<void> {
    auto some = leaves_bots_out ? leave_out_bots(rows) : count_bots(rows);
    if (!some) return fail(some.error());
    bots += *some;
    return counts.add(rows);
  });
  if (!visits) return fail(visits.error());

  Overview overview{counts.series(), *std::move(visits), {}, leaves_bots_out ? bots : 0};
  overview.summary.events = counts.all_events();
  overview.summary.visitors = counts.all_visitors().count();
  overview.summary.bots = leaves_bots_out ? 0 : bots;
  if (overview.summary.events == 0) return overview;
  auto newest = newest_.received_ms(range, filter);
  if (!newest) return fail(newest.error());
  overview.summary.newest_received_ms = *newest;
  return overview;
}

}  // namespace penstock::store
