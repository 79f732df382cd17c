// Proves that a day's columns say what its rows say.
#pragma once

#include <string>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

// "" where they do, else the first thing that differs, for people. Every chunk is made again from
// its rows and compared byte by byte, but for those with rows that were changed since and wait to
// be sealed anew; every word's hash is that of its text, and visits, where they count, are worked
// out again. Reads one chunk and the day's dictionaries
// at a time. `database` is a day's file of this schema version, within a read transaction or alone.
Result<std::string> column_fault(sqlite::Database& database);

}  // namespace penstock::store
