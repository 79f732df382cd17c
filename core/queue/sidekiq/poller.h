// Brings jobs out of Sidekiq's sets `retry` and `schedule` into their queues when their time comes,
// whoever put them there.
//
// Each job is pushed and taken out of its set in one script, so that a crash between loses none and
// of two pollers only one moves it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// One thread.
class SidekiqPoller {
 public:
  // Borrows client and clock. What is no job goes to the list `dead_letters`, with `origin`.
  SidekiqPoller(RedisClient& client, const Clock& clock, std::string dead_letters,
                std::string origin);

  // Moves at most about `jobs_max` due jobs; returns how many. Less than `jobs_max`: none are left.
  Result<std::size_t> poll(std::size_t jobs_max);

  // How long to wait before the next poll, in milliseconds: on average five seconds for each
  // process that beats, so that all of them together poll every five seconds.
  Result<std::int64_t> next_wait_ms();

  // Takes processes that died off the list, at most once a minute among all processes.
  Result<void> prune_processes();

 private:
  Result<std::size_t> poll_set(std::string_view set, std::size_t jobs_max);
  Result<bool> move(std::string_view set, std::string_view job);

  RedisClient& client_;
  const Clock& clock_;
  Random random_;
  const std::string dead_letters_;
  const std::string origin_;
};

}  // namespace penstock::queue
