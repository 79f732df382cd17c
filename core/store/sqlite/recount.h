// The totals and sketches of a day made anew from its rows, after some of them were changed.
#pragma once

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

// Inside the caller's transaction. Reads every row of the day once.
Result<void> recount_totals(sqlite::Database& database);

}  // namespace penstock::store
