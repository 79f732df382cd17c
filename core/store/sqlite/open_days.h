// The writer's open day files, the least recently used one closed for the next: a few near today,
// in which a commit is durable, and many old ones, whose commits are synced together
// (DayFile::sync()). An old one is not closed soon: events that are late come in many batches, and
// opening and closing it makes and removes two files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/sqlite/day_file.h"

namespace penstock::store {

class OpenDays {
 public:
  // Today, the week in which a client's clock is believed, and the hour ahead.
  static constexpr std::size_t kOpenMax = 9;
  // Each takes some 160 KiB of memory, and three descriptors.
  static constexpr std::size_t kOldOpenMax = 512;

  explicit OpenDays(std::string folder);

  // The day's file, created if need be. Lent until open() was called for as many others of its age
  // as may be open.
  Result<DayFile*> open(std::int64_t day_ms) { return open(day_ms, sqlite::Sync::kFull); }
  Result<DayFile*> open_old(std::int64_t day_ms) { return open(day_ms, sqlite::Sync::kOff); }

  // As many as the process may have descriptors for.
  std::size_t old_open_max() const { return old_open_max_; }

  bool has(std::int64_t day_ms) const;

  // After a failure, so that the next try begins afresh; and before a file is removed.
  void close(std::int64_t day_ms);

  // From upkeep to upkeep: old ones that nobody has opened since the call before last are to be
  // closed.
  void grow_older();
  // Closes those, at most so many: each costs three syncs.
  void close_unused(std::size_t count);

 private:
  struct Entry {
    std::int64_t day_ms;
    std::unique_ptr<DayFile> file;
    int age = 0;  // Calls of grow_older() since it was opened.
  };
  using Entries = std::vector<Entry>;  // Most recently used first.

  Result<DayFile*> open(std::int64_t day_ms, sqlite::Sync sync);

  const std::string folder_;
  const std::size_t old_open_max_;
  Entries near_;
  Entries old_;
};

}  // namespace penstock::store
