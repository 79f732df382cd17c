#include "store/backends.h"

#include "store/sqlite/event_store.h"
#include "store/sqlite/queries.h"

namespace penstock::store {
namespace {

constexpr Backend kBackends[] = {
    {.scheme = "sqlite", .open_writer = open_sqlite_store, .open_reader = open_sqlite_queries},
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

}  // namespace penstock::store
