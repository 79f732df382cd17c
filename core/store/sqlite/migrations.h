// The versions of a day file, as the steps from each to the next.
//
// A file tells its version by PRAGMA user_version; 0 is a file without tables. A new file takes all
// steps, an old one those that it lacks, in one transaction and after a copy was kept of it
// (sqlite/versions.h). To change the schema: append a step, never edit one. What readers need of
// older files that nobody has opened for writing since is in view_sql(). A step is for compacted
// days too, once there is one that they lack.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

inline constexpr std::int64_t kSchemaVersion = 4;

// A compacted day (compact_schema.h) has the version that it was made of and this beside it, so
// that a program from before there were such takes it for a newer one.
inline constexpr std::int64_t kCompactForm = 256;
constexpr bool is_compact(std::int64_t version) { return (version & ~kCompactForm) != version; }
// What this program cannot read.
constexpr bool is_newer_version(std::int64_t version) {
  return (version & ~kCompactForm) > kSchemaVersion;
}
// What it reads as it is and brings up to date when it writes.
constexpr bool is_older_version(std::int64_t version) {
  return (version & ~kCompactForm) < kSchemaVersion;
}

// Days that were brought up to date are kept beside as they were for so long: time to find out that
// an upgrade has to be taken back.
inline constexpr std::int64_t kCopiesKeptDays = 7;

// Brings the file at `path`, which `database` has open, to kSchemaVersion. Fails by newer version;
// kExhausted where there is no room for the copy.
Result<void> migrate(sqlite::Database& database, const std::string& path, bool keeps_copy = true);

// Lets a connection see a file of `version` as if it had been migrated, and a compacted one as if
// it was not: statements for temporary views that stand before its tables; nothing is written. Null
// where none is needed.
const char* view_sql(std::int64_t version);

// Does so with what `database` has open; the version. Of a newer one too, which is left alone.
Result<std::int64_t> see_as_current(sqlite::Database& database);

}  // namespace penstock::store
