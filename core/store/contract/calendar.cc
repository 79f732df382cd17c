#include "store/contract/calendar.h"

#include <algorithm>
#include <cstdlib>

#include "base/log.h"

namespace penstock::store {

Calendar::Calendar(const Clock& clock)
    : clock_(clock),
      seen_wall_ms_(clock.wall_ms()),
      seen_mono_us_(clock.mono_us()),
      settling_since_us_(seen_mono_us_) {}

void Calendar::look() {
  const std::int64_t wall_ms = clock_.wall_ms();
  const std::int64_t mono_us = clock_.mono_us();
  const std::int64_t jump_ms = (wall_ms - seen_wall_ms_) - (mono_us - seen_mono_us_) / 1'000;
  seen_wall_ms_ = wall_ms;
  seen_mono_us_ = mono_us;
  if (std::abs(jump_ms) < kJumpMs) return;
  settling_since_us_ = mono_us;
  log_warn("store.clock_jumped", "the clock has jumped; no day is removed for an hour",
           {{"seconds", jump_ms / 1'000}});
}

bool Calendar::is_settled() const {
  return seen_mono_us_ - settling_since_us_ >= kSettleMs * 1'000;
}

std::int64_t Calendar::now_ms(std::int64_t latest_believed_ms) const {
  return std::min(clock_.wall_ms(), latest_believed_ms);
}

}  // namespace penstock::store
