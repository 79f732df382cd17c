// The heartbeat of a Sidekiq process: what its pages know of us, and the signals they send.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "queue/redis/client.h"
#include "queue/sidekiq/state.h"

namespace penstock::queue {

// One thread.
class SidekiqBeat {
 public:
  // Borrows all. `info` is event::sidekiq_info_text().
  SidekiqBeat(RedisClient& client, SidekiqState& state, const Clock& clock, std::string identity,
              std::string info);

  // Shows us alive for a minute, adds the counts to the statistics, and takes the signals that
  // came: "TSTP", "TERM", "TTIN". All in one step; counts that were not added are kept for the
  // next.
  Result<std::vector<std::string>> beat();

  // Adds the counts and takes us off the list of processes.
  Result<void> leave();

 private:
  Result<std::int64_t> measure_round_trip_us();

  RedisClient& client_;
  SidekiqState& state_;
  const Clock& clock_;
  const std::string identity_;
  const std::string info_;
};

// Memory in use, in kB; 0 where the system does not tell.
std::int64_t resident_kb();

}  // namespace penstock::queue
