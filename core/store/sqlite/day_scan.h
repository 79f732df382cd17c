// A day's rows that a filter leaves, out of its columns; where these say too little of a row, out
// of the row itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/aggregates.h"
#include "store/columns/row_match.h"
#include "store/columns/scan.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"

namespace penstock::store {

class DayScan {
 public:
  // Borrows `days`, whose deadline it keeps.
  explicit DayScan(DayReaders& days)
      : should_stop_(days.should_stop()), scanner_(std::make_unique<Scanner>(should_stop_)) {}

  // Of one part of the day's columns, which `reader` lends just now.
  Result<void> part(DayReader& reader, const ColumnPart& part, const Filter& filter,
                    const Range& range, ChunkOrder order,
                    FunctionRef<Result<void>(ChunkRows& rows)> visit);
  // Of the whole day.
  Result<void> day(DayReader& reader, const Filter& filter, const Range& range, ChunkOrder order,
                   FunctionRef<Result<void>(ChunkRows& rows)> visit);
  // Adds the day's rows that may be among the first ones.
  Result<void> find(DayReader& reader, const Filter& filter, FirstRows& first);

  // A facet's values of a chunk's rows that are left, read from the rows; "" for none.
  Result<void> values(DayReader& reader, ChunkRows& rows, const Facet& facet,
                      FunctionRef<void(std::uint16_t position, std::string_view value)> visit);

 private:
  // Rows that are read between two looks at the clock.
  static constexpr std::size_t kRowsALook = 64;

  const std::function<bool()>& should_stop_;
  std::unique_ptr<Scanner> scanner_;
  RowMatch match_;
};

}  // namespace penstock::store
