// The reading side on SQLite: read-only connections, kept open per day.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "store/contract/queries.h"

namespace penstock::store {

// The folder may be empty or absent: then there are no events.
Result<std::unique_ptr<Queries>> open_sqlite_queries(const std::string& path);

}  // namespace penstock::store
