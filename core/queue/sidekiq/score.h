// A time as a sorted set of Sidekiq's has it.
#pragma once

#include <cstdint>
#include <string>

#include "event/sidekiq/time.h"

namespace penstock::queue {

// Seconds: "1795515837.312".
inline std::string sidekiq_score(std::int64_t ms) {
  std::string score;
  event::append_sidekiq_time(score, ms);
  return score;
}

}  // namespace penstock::queue
