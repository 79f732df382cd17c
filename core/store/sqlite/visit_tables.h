// The visits that a day's file keeps beside its chunks (store/columns/visit_blocks.h).
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/columns/visits.h"
#include "store/sqlite/column_tables.h"

namespace penstock::store {

// Nullopt where there are none, or where they are not of the rows that the file has: some are in no
// chunk, or were changed since. Within a transaction, which holds what was read together.
Result<std::optional<VisitParts>> read_visits(sqlite::Database& database, std::int64_t day_ms);

// Whether every row is in a chunk as it is now.
Result<bool> has_all_in_chunks(sqlite::Database& database);

// Whenever a chunk is written or removed, in the same transaction: until they are written anew
// there are no visits, and those that are being written are given up.
Result<void> void_visits(sqlite::Database& database);
Result<void> remove_visits(sqlite::Database& database);

}  // namespace penstock::store
