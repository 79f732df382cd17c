// A long look at a file that the worker may open, fill and close meanwhile, without holding it up.
#pragma once

#include <string>

#include "base/error.h"
#include "base/function_ref.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

// Calls `work` with a read-only connection, lent for the call. A file at rest is read without a
// lock, since in the rollback journal's mode a reader's lock would keep the worker out; where it
// was changed under the reader, `work` is called once more with one, and what the first call said
// is of no account. In WAL mode no writer waits for readers.
Result<void> read_steadily(const std::string& path,
                           FunctionRef<Result<void>(sqlite::Database&)> work);

// SQLite's own check of the pages: "" where it finds nothing, else the first of its findings.
// `is_quick` leaves out whether indexes say what their tables do.
Result<std::string> integrity_fault(sqlite::Database& database, bool is_quick);

}  // namespace penstock::store
