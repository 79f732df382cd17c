// The writing side of the store: rows and rollups by days.
//
// One SQLite file a UTC day (of the id's time), events/YYYY-MM-DD.db, with its rows and its
// rollups, changed together in one transaction a day and batch. A row whose id is there already
// changes nothing, rollups included; so a batch may be stored again after any failure. One writer
// process (a lock file sees to it), one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "event/row.h"

namespace penstock::store {

struct StoreOptions {
  std::string path;  // The folder.
  bool anonymize_ip = false;
  std::uint32_t retention_days = 0;  // 0: keep.
};

struct StoreOutcome {
  std::uint32_t stored = 0;
  std::uint32_t duplicates = 0;
  // Rows that SQLite refused by themselves (indices into the batch); the rest is stored.
  std::vector<std::uint32_t> refused;
};

struct Upkeep {
  std::uint32_t days_removed = 0;
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // All rows are durable when it returns a value. On an error, days committed before it stay; the
  // caller holds the batch and stores it again.
  virtual Result<StoreOutcome> store(std::span<const event::Row> rows) = 0;

  // What is due now, a little at a time: days past the retention, at most two a call, and none
  // while the clock is not to be trusted (Calendar). Cheap when there is nothing to do.
  virtual Result<Upkeep> maintain() = 0;

  // Why it can store nothing just now, in words; nullopt where it can. Any thread.
  virtual std::optional<std::string> not_ready() const = 0;

  // Of all day files, in bytes.
  virtual std::uint64_t bytes() const = 0;
};

}  // namespace penstock::store
