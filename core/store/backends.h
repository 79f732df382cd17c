// The stores that there are, by the scheme of their URL, and how each is opened.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "files/newer_version.h"
#include "store/contract/event_edits.h"
#include "store/contract/event_store.h"
#include "store/contract/file_fault.h"
#include "store/contract/forecast.h"
#include "store/contract/queries.h"
#include "store/contract/store_copy.h"

namespace penstock::store {

struct Capabilities {
  bool several_writers = false;  // More than one worker may write at a time.
};

struct Backend {
  std::string_view scheme;
  Capabilities capabilities;
  // Borrows the clock. kConfiguration: the place cannot be used, or another process writes there.
  Result<std::unique_ptr<EventStore>> (*open_writer)(const StoreOptions& options,
                                                     const Clock& clock);
  Result<std::unique_ptr<Queries>> (*open_reader)(const std::string& path);
  // Opens nothing yet.
  std::unique_ptr<EventEdits> (*make_edits)(const std::string& path);
  // Brings everything to this program's version; returns how many files were of an older one.
  // Nobody needs it before use: readers read older days, and the writer migrates what it opens.
  // A copy of each file is kept as it was, if wanted: kExhausted where there is no room for one.
  // kConfiguration while a worker writes.
  Result<FilesDone> (*migrate)(const std::string& path, bool keeps_copies);
  // Of every file that can be read; writes nothing.
  std::vector<files::FileVersion> (*versions)(const std::string& path);
  // Removes every day past the retention or above bytes_max, whoever writes meanwhile; returns
  // them, or in a dry run those that it would remove. For `penstock store prune`: maintain() takes
  // its time.
  Result<std::vector<std::int64_t>> (*prune)(const StoreOptions& options, const Clock& clock,
                                             bool is_dry_run);
  // The same of events that no rule of StoreOptions::retain keeps any more, in days that stay.
  Result<std::vector<RemovedRows>> (*prune_rows)(const StoreOptions& options, const Clock& clock,
                                                 bool is_dry_run);
  // What was deleted by rules so far. An absent place has none.
  std::vector<RemovedRows> (*removed)(const std::string& path);
  // What each day takes. An absent place is empty, here and for the next.
  StoreSizes (*sizes)(const std::string& path);
  // How large the store is, and how long its room lasts.
  Forecast (*forecast)(const StoreOptions& options, const Clock& clock);
  // Copies everything into `to`, a new folder, whoever writes meanwhile; what is damaged is left
  // out and named. Both backup and restoring.
  Result<StoreCopy> (*copy)(const std::string& from, const std::string& to);
  // Whether every file is in order; only reads. `is_quick` leaves the indexes out.
  Result<FilesDone> (*check)(const std::string& path, bool is_quick);
  // kConfiguration while a worker writes there. An absent place is nobody's.
  Result<void> (*check_unused)(const std::string& path);
};

std::span<const Backend> backends();

// The writing and the reading side of the store that the options, or the path, name.
Result<std::unique_ptr<EventStore>> open_event_store(const StoreOptions& options,
                                                     const Clock& clock);
Result<std::unique_ptr<Queries>> open_queries(const std::string& path);
std::unique_ptr<EventEdits> make_edits(const std::string& path);
Result<std::vector<std::int64_t>> prune_store(const StoreOptions& options, const Clock& clock,
                                              bool is_dry_run);
Result<std::vector<RemovedRows>> prune_store_rows(const StoreOptions& options, const Clock& clock,
                                                  bool is_dry_run);
std::vector<RemovedRows> removed_from_store(const std::string& path);
StoreSizes store_sizes(const std::string& path);
Forecast forecast_store(const StoreOptions& options, const Clock& clock);
Result<StoreCopy> copy_store(const std::string& from, const std::string& to);
Result<FilesDone> check_store(const std::string& path, bool is_quick);
Result<FilesDone> migrate_store(const std::string& path, bool keeps_copies);
std::vector<files::FileVersion> store_versions(const std::string& path);
Result<void> check_store_unused(const std::string& path);

}  // namespace penstock::store
