// The versions of a day file, as the steps from each to the next.
//
// A file tells its version by PRAGMA user_version; 0 is a file without tables. A new file takes all
// steps, an old one those that it lacks, each in a transaction of its own: what a crash leaves is a
// whole version. To change the schema: append a step, never edit one. What readers need of older
// files that nobody has opened for writing since is in view_sql().
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

inline constexpr std::int64_t kSchemaVersion = 2;

// 0: the file has no tables yet.
Result<std::int64_t> schema_version(sqlite::Database& database);

// Brings the file to kSchemaVersion. kConfiguration for a newer one.
Result<void> migrate(sqlite::Database& database);

// Lets a read-only connection see a file of `version` as if it had been migrated: statements for
// temporary views that stand before its tables; nothing is written. Null where none is needed.
const char* view_sql(std::int64_t version);

}  // namespace penstock::store
