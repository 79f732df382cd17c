// What Sidekiq's own pages show, to look at: processes that beat, and the sets of jobs that wait
// for their time. Nothing is changed, and nothing that is read is trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "queue/contract/look.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// Borrows `client`.
Result<std::vector<SeenWorker>> read_sidekiq_processes(RedisClient& client);

// Those that are due first, first. Borrows `client`.
Result<TimedJobs> read_timed_jobs(RedisClient& client, TimedSet set, std::size_t first,
                                  std::size_t count);

}  // namespace penstock::queue
