// Many day files made at once: each a copy of one that is made in memory, and all of them synced
// together before they get their names, so that no power cut leaves half a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::store {

class NewDays {
 public:
  explicit NewDays(std::string folder) : folder_(std::move(folder)) {}

  // Makes those of the days' files that are not there, durable when it returns. kExhausted where
  // the disk is full or fails: days that are made by then may be gone after a power cut.
  Result<void> make(std::span<const std::int64_t> days_ms);

 private:
  Result<void> write(const std::vector<std::int64_t>& days_ms);
  Result<void> give_names(const std::vector<std::int64_t>& days_ms) const;

  const std::string folder_;
  std::string bytes_;  // Of a day without rows; "" before the first is wanted.
};

}  // namespace penstock::store
