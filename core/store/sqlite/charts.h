// Questions whose answers are numbers.
//
// Whole hours without a filter are the sums and sketches of hours and days, so their cost depends
// on the number of points. All else is a scan of the days' columns: filters, shorter steps, top
// lists, and the ends of a range that are no whole hours. So a range is exact to the millisecond,
// and a chart adds up to what the summary says of the same range, at every step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "store/columns/series_counts.h"
#include "store/contract/queries.h"
#include "store/rollup/rollup_sink.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"
#include "store/sqlite/facet_counts.h"
#include "store/sqlite/newest_row.h"

namespace penstock::store {

// What of a day lies in a range: whole hours, or the whole day where `coarsest_s` is one, and the
// ends that are no whole hours.
struct DayParts {
  std::optional<Span> span;
  std::vector<Range> edges;  // Ascending, two at most.
};
DayParts parts_of_day(std::int64_t day_ms, const Range& range, std::int64_t coarsest_s = kDayS);

class Charts {
 public:
  // Borrows all.
  Charts(DayReaders& days, DayScan& scan, NewestRow& newest)
      : days_(days), scan_(scan), newest_(newest), facets_(days, scan) {}

  Result<Series> timeseries(const Range& range, const Step& step, const Filter& filter);
  Result<std::vector<TopEntry>> top(const Range& range, const Facet& facet, const Filter& filter,
                                    std::uint32_t limit);
  Result<Summary> summary(const Range& range, const Filter& filter);

 private:
  struct Sums;

  Result<void> fill_from_totals(DayReader& reader, const Span& span, const Filter& filter,
                                SeriesCounts& counts);
  Result<void> add_totals(DayReader& reader, const Span& span, const Filter& filter, Sums& sums);
  Result<void> add_columns(DayReader& reader, const Range& range, const Filter& filter, Sums& sums);

  DayReaders& days_;
  DayScan& scan_;
  NewestRow& newest_;
  FacetCounts facets_;
};

}  // namespace penstock::store
