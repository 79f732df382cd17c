// Brings the columns of days that rest up to their rows, a little at a time: days from before there
// were columns or some of them, days whose last rows fill no chunk, and rows that were changed or
// deleted. Then their visits are written. Cut off anywhere, it goes on there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/function_ref.h"
#include "crypto/keyed_hash.h"
#include "store/sqlite/open_days.h"

namespace penstock::store {

// The key that a store's dictionaries are hashed with: the newest day's, or a new one.
crypto::HashKey dictionary_key_of(const std::string& folder);

// Seals one day's chunks of changed rows anew, fills columns that chunks lack, and where
// `is_at_rest` all rows that are in none, and writes its visits; in transactions of their own.
// False where it stopped before the end, because `may_go_on` said so.
Result<bool> seal_day(DayFile& file, const crypto::HashKey& key, bool is_at_rest,
                      FunctionRef<bool()> may_go_on);

// What seal_day() has to do: all of it, or in a day that is not over, or to which rows came in the
// kRestMs behind `rest_since_ms`, its changed rows and lacking columns alone. kLater: nothing
// before it rests. kNothing also where it cannot be told now.
inline constexpr std::int64_t kRestMs = 900'000;
enum class Sealing : std::uint8_t { kNothing, kLater, kChanges, kDue };
Sealing sealing_of(const std::string& path, bool is_over, std::int64_t rest_since_ms);

// A day rests kRestMs after its end, and after the last row that came late.
class ColumnUpkeep {
 public:
  // Borrows `days` and `clock`. `free_percent_min`: as in StoreOptions.
  ColumnUpkeep(std::string folder, OpenDays& days, const Clock& clock,
               std::uint32_t free_percent_min)
      : folder_(std::move(folder)),
        days_(days),
        clock_(clock),
        free_percent_min_(free_percent_min) {}

  // Works for kStepUs at most, but for one chunk. True where more is to be done. A day that cannot
  // be worked on is told to the log once, and passed over until it changes.
  bool step(const crypto::HashKey& key);

 private:
  static constexpr std::int64_t kStepUs = 50'000;

  const std::string folder_;
  OpenDays& days_;
  const Clock& clock_;
  const std::uint32_t free_percent_min_;
  bool is_room_told_ = false;
  std::vector<std::int64_t> waiting_;             // Days to look at, the next one last.
  std::map<std::int64_t, std::int64_t> seen_ns_;  // When a day that is done was last changed.
};

}  // namespace penstock::store
