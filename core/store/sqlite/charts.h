// The questions that are answered by rollups: their cost depends on the number of points.
//
// A range is exact to the millisecond: whole minutes come from rollups, what is left of a minute at
// either end from its rows. So a chart adds up to what the summary says of the same range, at every
// step. Only a filter on several dimensions at once has no rollup; then rows are counted.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/contract/queries.h"
#include "store/rollup/rollup_sink.h"
#include "store/sqlite/day_reader.h"

namespace penstock::store {

// The fewest rollup entries, of `coarsest_s` at most, that cover [from_s, to_s) within the day:
// itself, else its whole hours and the minutes at both ends. Requires times that are whole minutes.
std::vector<Span> spans_of_day(std::int64_t day_s, std::int64_t from_s, std::int64_t to_s,
                               std::int64_t coarsest_s = kDayS);

// What of a day lies in a range: entries of rollups, and the ends that are no whole minutes.
struct DayParts {
  std::vector<Span> spans;   // Ascending.
  std::vector<Range> edges;  // Of rows: ascending, two at most.
};
DayParts parts_of_day(std::int64_t day_ms, const Range& range, std::int64_t coarsest_s = kDayS);

class Charts {
 public:
  static constexpr std::int64_t kPointsMax = 5'000;
  // A filtered summary counts visitors and bots from rows as long as the range has no more than
  // this.
  static constexpr std::uint64_t kCountedRowsMax = 100'000;

  // Borrows `days`.
  explicit Charts(DayReaders& days) : days_(days) {}

  Result<Series> timeseries(const Range& range, std::int64_t step_s, const Filter& filter);
  Result<std::vector<TopEntry>> top(const Range& range, Dimension dimension, const Filter& filter,
                                    std::uint32_t limit);
  Result<Summary> summary(const Range& range, const Filter& filter);

 private:
  using Totals = std::unordered_map<std::string, std::uint64_t>;
  struct Chart;

  Result<void> fill_from_rollups(DayReader& reader, const DayParts& parts, const Filter& filter,
                                 Chart& chart);
  Result<void> fill_from_rows(DayReader& reader, const Range& range, const Filter& filter,
                              Chart& chart);
  Result<void> add_values(DayReader& reader, const Span& span, Dimension dimension,
                          const Filter& filter, Totals& totals);
  Result<void> add_row_values(DayReader& reader, const Range& range, Dimension dimension,
                              const Filter& filter, Totals& totals);
  Result<Summary> totals(const Range& range, const Filter& filter);
  Result<Summary> count_rows(const Range& range, const Filter& filter);
  // Events alone, of a filter that rollups know.
  Result<std::uint64_t> count_of(const Range& range, const Filter& filter);
  Result<std::optional<std::int64_t>> newest_received(const Range& range, const Filter& filter);
  Result<std::optional<std::int64_t>> newest_of_day(DayReader& reader, const DayParts& parts,
                                                    const Filter& filter);
  // The last minute of the span that has events; nullopt for none.
  Result<std::optional<std::int64_t>> last_minute(DayReader& reader, const Span& span,
                                                  const Filter& filter);

  DayReaders& days_;
};

}  // namespace penstock::store
