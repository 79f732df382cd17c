// The writing side on SQLite: one file a UTC day, with its rows and its rollups.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "store/contract/event_store.h"

namespace penstock::store {

// One writer process (a lock file sees to it). Borrows `clock`. kConfiguration: the folder cannot
// be used, or another process writes here.
Result<std::unique_ptr<EventStore>> open_sqlite_store(const StoreOptions& options,
                                                      const Clock& clock);

}  // namespace penstock::store
