// Whether the store's files are in order, as a person asks. Reads alone.
#pragma once

#include <string>

#include "base/error.h"
#include "store/contract/file_fault.h"

namespace penstock::store {

// Looks at recent.db and every day: SQLite's own check of the pages (`is_quick`: without the
// indexes), the version, whether the rollups count what the rows are, whether the lists of ids can
// be read. A worker may write meanwhile, and is not held up. An absent folder has no files.
Result<FilesDone> check_sqlite_store(const std::string& path, bool is_quick);

}  // namespace penstock::store
