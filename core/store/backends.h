// The stores that there are, by the scheme of their URL, and how each is opened.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "store/contract/event_store.h"
#include "store/contract/queries.h"

namespace penstock::store {

struct Backend {
  std::string_view scheme;
  // Borrows the clock. kConfiguration: the place cannot be used, or another process writes there.
  Result<std::unique_ptr<EventStore>> (*open_writer)(const StoreOptions& options,
                                                     const Clock& clock);
  Result<std::unique_ptr<Queries>> (*open_reader)(const std::string& path);
};

std::span<const Backend> backends();

// The writing and the reading side of the store that the options, or the path, name.
Result<std::unique_ptr<EventStore>> open_event_store(const StoreOptions& options,
                                                     const Clock& clock);
Result<std::unique_ptr<Queries>> open_queries(const std::string& path);

}  // namespace penstock::store
