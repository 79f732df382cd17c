// One day's visits beside its columns: as they were written once the day was at rest, or else
// worked out of the columns.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/visits.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"

namespace penstock::store {

class DayVisits {
 public:
  // Borrows `scan`.
  explicit DayVisits(DayScan& scan) : scan_(scan) {}

  // Finds the day's visits and calls `ask`, which may ask what follows: all of one moment.
  Result<void> read(DayReader& reader, std::int64_t day_ms, FunctionRef<Result<void>()> ask);

  const VisitParts& parts() const { return parts_; }
  // The day's columns, part by part.
  Result<void> each_part(DayReader& reader, FunctionRef<Result<void>(const ColumnPart&)> visit);
  // Of a chunk of the part that is visited just now: a place a row. Lent until the next call.
  Result<std::span<const VisitPlace>> places(const ColumnPart& part, const ChunkInfo& chunk);

 private:
  Result<void> find(DayReader& reader, std::int64_t day_ms);
  Result<void> work_out(DayReader& reader, std::int64_t day_ms);
  std::uint32_t first_ordinal(const ColumnPart& part, const ChunkInfo& chunk) const;

  DayScan& scan_;
  VisitParts parts_;
  bool is_written_ = false;         // The places are blocks,
  std::vector<VisitPlace> all_;     // and else these, by ordinal.
  std::uint32_t part_ordinal_ = 0;  // Of the first row of the part that is visited just now.
  std::array<VisitPlace, kChunkRowsMax> places_;
};

}  // namespace penstock::store
