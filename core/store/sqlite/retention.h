// Which days are past the retention or too many for the store's bound, and their removal.
//
// A day is a file's name. How old it is, is counted from the wall clock, but from no later than a
// day behind the newest row: a clock that is a year ahead finds nothing to remove.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/contract/calendar.h"

namespace penstock::store {

struct Retention {
  std::string folder;
  std::uint32_t days = 0;       // 0: whatever their age.
  std::uint64_t bytes_max = 0;  // Of all days together; 0: however large.
  // How many day files must bear out the clock. With one the newest row is believed; with three, a
  // wrong clock has to go on for three days, rows and all, before anything counts as old by it.
  std::size_t witnesses = 1;
};

// The latest time that the stored rows bear out, in milliseconds: a day behind the newest file's
// row that was stored last or, with more witnesses, behind what all of them together have reached.
// 0 where no day can be read.
std::int64_t latest_believed_ms(const Retention& retention);

// Days past the retention, oldest first, and as many more as make the rest fit bytes_max, of those
// before yesterday. Says so in the log where the clock alone finds more, and where the rest still
// does not fit.
std::vector<std::int64_t> days_past(const Retention& retention, const Calendar& calendar);

// Removes the first `count` of `days` and names them in the log before. Returns those that are
// gone; one that cannot be removed does not hold up the next, and the error is the last one's.
struct Removal {
  std::vector<std::int64_t> days;
  Result<void> done;
};
Removal remove_days(const std::string& folder, const std::vector<std::int64_t>& days,
                    std::size_t count);

}  // namespace penstock::store
