// Questions about visits. Each day of the range is one scan of the rows that the filter leaves,
// beside the places that the day's visits give them; of the day before the range and of the one
// behind it their visits alone are read, for those that midnight parts.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/steps.h"
#include "store/columns/visit_counts.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"
#include "store/sqlite/day_visits.h"
#include "store/sqlite/facet_counts.h"

namespace penstock::store {

class VisitCharts {
 public:
  // Borrows both.
  VisitCharts(DayReaders& days, DayScan& scan)
      : days_(days), scan_(scan), facets_(days, scan), visits_(scan) {}

  Result<Visits> visits(const Range& range, const Filter& filter);
  Result<VisitSeries> series(const Range& range, const Step& step, const Filter& filter);
  // The same of the rows that `see`, which is shown each chunk's, leaves of them.
  using See = FunctionRef<Result<void>(ChunkRows& rows)>;
  Result<VisitSeries> series(const Range& range, const Step& step, const Filter& filter, See see);
  Result<std::vector<TopEntry>> ends(const Range& range, VisitEnd end, const Facet& facet,
                                     const Filter& filter, std::uint32_t limit);

 private:
  // Shows the counts all days.
  Result<void> count(const Range& range, const Steps& steps, const Filter& filter, See see,
                     VisitCounts& counts);
  Result<void> add_rows(DayReader& reader, const Range& range, const Steps& steps,
                        const Filter& filter, See see, VisitCounts& counts);
  Result<void> add_ends(DayReader& reader, std::int64_t day_ms, const Range& range,
                        const Facet& facet, const Filter& filter, VisitEnds& ends,
                        WordTotals& totals);

  DayReaders& days_;
  DayScan& scan_;
  FacetCounts facets_;
  DayVisits visits_;
};

}  // namespace penstock::store
