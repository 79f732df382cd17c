// The writing side on SQLite: one file a UTC day, with its rows and its rollups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "files/newer_version.h"
#include "store/contract/event_store.h"
#include "store/contract/file_fault.h"
#include "store/contract/forecast.h"

namespace penstock::store {

// One writer process (a lock file sees to it). Borrows `clock`. kConfiguration: the folder cannot
// be used, or another process writes here.
Result<std::unique_ptr<EventStore>> open_sqlite_store(const StoreOptions& options,
                                                      const Clock& clock);

// Brings every day to kSchemaVersion; returns how many were older. A day that cannot be brought
// there is named, and the others are. kConfiguration while a worker writes: it does so itself with
// what it opens. kExhausted where there is no room for a day's copy; what is done stays so.
Result<FilesDone> migrate_sqlite_store(const std::string& path, bool keeps_copies);

// Of recent.db and of each day that can be read.
std::vector<files::FileVersion> sqlite_store_versions(const std::string& path);

// Removes every day that is past the retention or above bytes_max, at once and on a person's word;
// the worker may run meanwhile. Returns them, or in a dry run those that it would remove.
Result<std::vector<std::int64_t>> prune_sqlite_store(const StoreOptions& options,
                                                     const Clock& clock, bool is_dry_run);

// How large the store in the folder is, and how long its room lasts.
StoreSizes sqlite_store_sizes(const std::string& path);
Forecast forecast_sqlite_store(const StoreOptions& options, const Clock& clock);

// kConfiguration while a worker writes there. Makes nothing.
Result<void> check_sqlite_store_unused(const std::string& path);

}  // namespace penstock::store
