// Which day it is for retention: as far as a clock can be believed.
//
// A machine without a battery, a snapshot or a bad time server may be years off, and what retention
// removes does not come back. So the wall clock alone never makes a day old: the rows that were
// stored say how far time has come at least, and a clock that has just started or just jumped is
// waited for.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace penstock::store {

class Calendar {
 public:
  // Nothing is removed for so long after the start and after each jump of the wall clock: time
  // enough for a time server to set it right, and for a person to read the log.
  static constexpr std::int64_t kSettleMs = 3'600'000;
  // A step of the wall clock that no time server makes while it holds a clock in step.
  static constexpr std::int64_t kJumpMs = 60'000;

  // Borrows `clock`.
  explicit Calendar(const Clock& clock);

  // Compares the wall clock with the monotonic one; the more often, the surer.
  void look();

  // Since the last look(): whether the clock has gone on evenly for kSettleMs.
  bool is_settled() const;

  // The time that days are counted back from: the wall clock's, but no later than
  // `latest_believed_ms`.
  std::int64_t now_ms(std::int64_t latest_believed_ms) const;

 private:
  const Clock& clock_;
  std::int64_t seen_wall_ms_;
  std::int64_t seen_mono_us_;
  std::int64_t settling_since_us_;
};

}  // namespace penstock::store
