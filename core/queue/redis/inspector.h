// Looks at the Redis list and at both places of its dead letters.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "queue/contract/inspector.h"
#include "queue/contract/options.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {

// Counts the list alone; what waits in an intake's spool is that intake's to tell.
class RedisInspector final : public Inspector {
 public:
  // Borrows `clock`.
  RedisInspector(const RedisOptions& options, const SpoolOptions& spool, const Clock& clock);
  Result<QueueState> state() override;
  // In Sidekiq's format also the jobs of its set `dead`.
  Result<std::uint64_t> dead_letters() override;
  // Also where KEY holds something else than a list.
  Result<std::vector<std::string>> warnings() override;
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
