// The writer's open day files: a few, the least recently used one closed for the next.
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

  explicit OpenDays(std::string folder) : folder_(std::move(folder)) {}

  // The day's file, created if need be. Lent until the next call.
  Result<DayFile*> open(std::int64_t day_ms);

  // After a failure, so that the next try begins afresh; and before a file is removed.
  void close(std::int64_t day_ms);

 private:
  struct Entry {
    std::int64_t day_ms;
    std::unique_ptr<DayFile> file;
  };

  const std::string folder_;
  std::vector<Entry> entries_;  // Most recently used first.
};

}  // namespace penstock::store
