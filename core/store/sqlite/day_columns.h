// One day's columns at one moment: its sealed chunks, and as a chunk of memory what was stored
// since. Beside the rows of their file: each row of `events` is in exactly one place of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "sqlite/sqlite.h"
#include "store/columns/scan.h"
#include "store/sqlite/shared_masks.h"

namespace penstock::store {

// The first version of a day's file that has columns (migrations.cc).
inline constexpr std::int64_t kColumnsVersion = 3;

class DayColumns {
 public:
  // Borrows `database`, a day file of this schema version. `masks`: of all that have the file open.
  explicit DayColumns(sqlite::Database& database,
                      std::shared_ptr<SharedMasks> masks = std::make_shared<SharedMasks>());
  ~DayColumns();
  DayColumns(const DayColumns&) = delete;
  DayColumns& operator=(const DayColumns&) = delete;

  // All that is read until its end is of one moment. Within another it begins nothing.
  Result<sqlite::ReadTransaction> begin();

  // Calls `visit` with the parts, one after the other, all of one moment: rows that `visit` reads
  // from the database by their ids are of the same moment. Lent for the call.
  Result<void> read(FunctionRef<Result<void>(const ColumnPart& part)> visit);

  // Calls `ask`: all that it reads is of one moment.
  Result<void> at_one_moment(FunctionRef<Result<void>()> ask);

  // Gives back the memory of the rows behind the last chunk; the next read() reads them again.
  void forget_tail();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::store
