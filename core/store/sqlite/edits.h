// Deletes and changes rows of day files by connections of its own, as a person at the sqlite3 tool
// would: triggers note the rows, readers leave those out of the columns and totals, and the writer
// makes these anew (column_writer.h).
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "store/contract/event_edits.h"

namespace penstock::store {

// Nothing is opened before it is asked.
std::unique_ptr<EventEdits> make_sqlite_edits(const std::string& folder);

}  // namespace penstock::store
