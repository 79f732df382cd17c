// How long to wait before the next try: doubled from one failure to the next, up to a limit, and
// spread, so that many workers do not come back to a service in step. A value.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace penstock::worker {

class Backoff {
 public:
  static constexpr std::int64_t kFirstMs = 100;
  static constexpr std::int64_t kLastMs = 5'000;

  // Takes `random`.
  explicit Backoff(Random random) : random_(random) {}

  // Between half and all of the current step.
  std::int64_t next_ms() {
    const auto half = static_cast<std::uint64_t>(step_ms_ / 2);
    const auto wait = static_cast<std::int64_t>(half + random_.below(half + 1));
    step_ms_ = step_ms_ * 2 < kLastMs ? step_ms_ * 2 : kLastMs;
    return wait;
  }
  void reset() { step_ms_ = kFirstMs; }

 private:
  Random random_;
  std::int64_t step_ms_ = kFirstMs;
};

}  // namespace penstock::worker
