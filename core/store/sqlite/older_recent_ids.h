// recent.db of version 1, which was a B-tree of keys: its keys become runs (id_runs.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/id_runs.h"

namespace penstock::store {

inline constexpr std::int64_t kRecentIdsVersion = 2;

// Takes `database`, which has the file at `path` open for writing. A copy of the file is kept, and
// all is done in one transaction. kExhausted where there is no room for that.
Result<std::unique_ptr<IdRuns>> migrate_recent_ids(sqlite::Database database,
                                                   const std::string& path);

}  // namespace penstock::store
