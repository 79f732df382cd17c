// The questions that are answered by rollups: their cost depends on the number of points.
//
// Only a filter on several dimensions at once has no rollup; then rows are counted.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"

namespace penstock::store {

// The fewest rollup entries that cover [from_s, to_s) within the day: itself, else its whole hours
// and the minutes at both ends. Requires times that are whole minutes.
std::vector<Span> spans_of_day(std::int64_t day_s, std::int64_t from_s, std::int64_t to_s);

class Charts {
 public:
  static constexpr std::int64_t kPointsMax = 5'000;
  // A filtered summary counts visitors from rows as long as the range has no more than this.
  static constexpr std::uint64_t kCountedRowsMax = 500'000;

  // Borrows `days`.
  explicit Charts(DayReaders& days) : days_(days) {}

  Result<Series> timeseries(const Range& range, std::int64_t step_s, const Filter& filter);
  Result<std::vector<TopEntry>> top(const Range& range, Dimension dimension, const Filter& filter,
                                    std::uint32_t limit);
  Result<Summary> summary(const Range& range, const Filter& filter);

 private:
  using Totals = std::unordered_map<std::string, std::uint64_t>;

  Result<void> fill_from_rollups(const Filter& filter, std::int64_t step_s, Series& series);
  Result<void> fill_from_rows(const Filter& filter, std::int64_t step_s, Series& series);
  Result<void> add_values(DayReader& reader, const Span& span, Dimension dimension,
                          const Filter& filter, Totals& totals);
  Result<void> add_row_values(DayReader& reader, const Range& range, Dimension dimension,
                              const Filter& filter, Totals& totals);
  Result<Summary> totals(const Range& range, const std::string& project);
  Result<Summary> count_rows(const Range& range, const Filter& filter);
  Result<std::uint64_t> count_of(const Range& range, const Filter& filter);
  Result<std::optional<std::int64_t>> newest_received(const Range& range, const Filter& filter);

  DayReaders& days_;
};

}  // namespace penstock::store
