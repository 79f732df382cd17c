#include "store/backends.h"

#include "store/sqlite/check.h"
#include "store/sqlite/copy.h"
#include "store/sqlite/edits.h"
#include "store/sqlite/event_store.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/rule_marks.h"
#include "store/sqlite/rule_upkeep.h"

namespace penstock::store {
namespace {

constexpr Backend kBackends[] = {
    {.scheme = "sqlite",
     .capabilities = {.several_writers = false},
     .open_writer = open_sqlite_store,
     .open_reader = open_sqlite_queries,
     .make_edits = make_sqlite_edits,
     .migrate = migrate_sqlite_store,
     .versions = sqlite_store_versions,
     .prune = prune_sqlite_store,
     .prune_rows = prune_sqlite_rows,
     .removed = RuleMarks::removed,
     .sizes = sqlite_store_sizes,
     .forecast = forecast_sqlite_store,
     .copy = copy_sqlite_store,
     .check = check_sqlite_store,
     .check_unused = check_sqlite_store_unused},
};

}  // namespace

std::span<const Backend> backends() { return kBackends; }

Result<std::unique_ptr<EventStore>> open_event_store(const StoreOptions& options,
                                                     const Clock& clock) {
  return kBackends[0].open_writer(options, clock);
}

Result<std::unique_ptr<Queries>> open_queries(const std::string& path) {
  return kBackends[0].open_reader(path);
}

std::unique_ptr<EventEdits> make_edits(const std::string& path) {
  return kBackends[0].make_edits(path);
}

Result<std::vector<std::int64_t>> prune_store(const StoreOptions& options, const Clock& clock,
                                              bool is_dry_run) {
  return kBackends[0].prune(options, clock, is_dry_run);
}

Result<std::vector<RemovedRows>> prune_store_rows(const StoreOptions& options, const Clock& clock,
                                                  bool is_dry_run) {
  return kBackends[0].prune_rows(options, clock, is_dry_run);
}

std::vector<RemovedRows> removed_from_store(const std::string& path) {
  return kBackends[0].removed(path);
}

StoreSizes store_sizes(const std::string& path) { return kBackends[0].sizes(path); }

Forecast forecast_store(const StoreOptions& options, const Clock& clock) {
  return kBackends[0].forecast(options, clock);
}

Result<StoreCopy> copy_store(const std::string& from, const std::string& to) {
  return kBackends[0].copy(from, to);
}

Result<FilesDone> check_store(const std::string& path, bool is_quick) {
  return kBackends[0].check(path, is_quick);
}

Result<FilesDone> migrate_store(const std::string& path, bool keeps_copies) {
  return kBackends[0].migrate(path, keeps_copies);
}

std::vector<files::FileVersion> store_versions(const std::string& path) {
  return kBackends[0].versions(path);
}

Result<void> check_store_unused(const std::string& path) { return kBackends[0].check_unused(path); }

}  // namespace penstock::store
