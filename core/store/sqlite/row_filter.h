// A Filter as conditions on the columns of `events`.
#pragma once

#include <string>

#include "sqlite/sqlite.h"
#include "store/contract/queries.h"

namespace penstock::store {

// " AND project = ? AND path = ? …", or "". Made of our own words only. Requires values that
// dimension_value() has cut.
std::string filter_sql(const Filter& filter);

// Binds its parameters from `first` on; the filter must stay until the statement was stepped.
// Returns the index behind the last.
int bind_filter(sqlite::Statement& statement, int first, const Filter& filter);

}  // namespace penstock::store
