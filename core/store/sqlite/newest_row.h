// Which of the rows that a filter leaves was stored last. It may be in any day: late events are
// stored behind those of today.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/error.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"

namespace penstock::store {

class NewestRow {
 public:
  // Borrows both.
  NewestRow(DayReaders& days, DayScan& scan) : days_(days), scan_(scan) {}

  // When it was received; nullopt where there is none.
  Result<std::optional<std::int64_t>> received_ms(const Range& range, const Filter& filter);

 private:
  // Takes the day's, where it was stored later than what was found so far.
  Result<void> look(DayReader& reader, const Range& range, const Filter& filter);
  Result<void> take(DayReader& reader, std::int64_t row_id);

  DayReaders& days_;
  DayScan& scan_;
  std::int64_t row_id_ = std::numeric_limits<std::int64_t>::min();
  std::optional<std::int64_t> received_ms_;
};

}  // namespace penstock::store
