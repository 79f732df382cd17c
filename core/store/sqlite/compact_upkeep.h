// Makes closed days compact, one after the other and a little at a time, oldest first.
//
// A day is due once its end is as long ago as the setting says, every row of it is in columns, and
// nothing has come to it for kRestMs. What comes later is stored in the compact day.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "store/contract/event_store.h"
#include "store/sqlite/compaction.h"
#include "store/sqlite/open_days.h"

namespace penstock::store {

// Whether the day can be made compact as it lies there: it is not yet, of this version, its columns
// are made, and its last row was not stored after `rest_since_ms`. kLater where it may become so.
enum class Compactness : std::uint8_t { kDone, kLater, kDue };
Compactness compactness_of(const std::string& path, std::int64_t rest_since_ms);

class CompactUpkeep {
 public:
  // 0 days: none is made compact. Borrows `days` and `clock`.
  CompactUpkeep(std::string folder, std::uint32_t after_days, OpenDays& days, const Clock& clock)
      : folder_(std::move(folder)), after_days_(after_days), days_(days), clock_(clock) {}

  // Works for kStepUs at most, but for the indexes of a day. True where more is to be done.
  bool step();

  // Before somebody writes to the day, or removes it: what is half made of it is given up.
  void give_up(std::int64_t day_ms);

  const Compacted& compacted() const { return compacted_; }

 private:
  static constexpr std::int64_t kStepUs = 50'000;

  bool begin_next();
  void go_on();
  void end(std::int64_t day_ms, const Result<void>& done);

  struct Running {
    std::int64_t day_ms;
    std::uint64_t bytes_before;
    std::unique_ptr<Compaction> compaction;
  };

  const std::string folder_;
  const std::uint32_t after_days_;
  OpenDays& days_;
  const Clock& clock_;
  bool is_room_told_ = false;
  std::unique_ptr<Running> running_;
  std::vector<std::int64_t> waiting_;             // Days to look at, the next one last.
  std::map<std::int64_t, std::int64_t> seen_ns_;  // When a day that is done was last changed.
  Compacted compacted_;
};

}  // namespace penstock::store
