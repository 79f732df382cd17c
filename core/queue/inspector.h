// The inspectors of both queues (consumer.h).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "queue/consumer.h"
#include "queue/dead_letters.h"
#include "queue/options.h"
#include "queue/redis_client.h"
#include "queue/spool_census.h"

namespace penstock::queue {

class SpoolInspector final : public Inspector {
 public:
  // Borrows `clock`.
  SpoolInspector(const SpoolOptions& options, const Clock& clock);
  Result<QueueState> state() override;
  Result<std::uint64_t> dead_letters() override;
  Result<std::vector<WaitingMessage>> peek(std::size_t messages_max,
                                           std::size_t bytes_max) override;

 private:
  const Clock& clock_;
  const std::string spool_;
  SpoolCensus census_;
  DeadLetterFile dead_letters_;
};

// Counts the list alone; what waits in an intake's spool is that intake's to tell.
class RedisInspector final : public Inspector {
 public:
  // Borrows `clock`.
  RedisInspector(const RedisOptions& options, const SpoolOptions& spool, const Clock& clock);
  Result<QueueState> state() override;
  // In Sidekiq's format also the jobs of its set `dead`.
  Result<std::uint64_t> dead_letters() override;
  Result<std::vector<WaitingMessage>> peek(std::size_t messages_max,
                                           std::size_t bytes_max) override;

 private:
  Result<std::uint64_t> count(std::initializer_list<std::string_view> command);

  const RedisOptions options_;
  const Clock& clock_;
  RedisClient client_;
  DeadLetterFile dead_letters_;
};

}  // namespace penstock::queue
