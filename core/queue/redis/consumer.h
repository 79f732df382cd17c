// The Redis list as a consumer: reads its tail, and trims what is stored.
//
// Claimed messages stay in the list. Moving them to a list of our own (LMOVE) would be refused by a
// Redis that is full, and draining is what makes room: LRANGE and LTRIM work there. Before a trim
// one script looks whether the tail is still what was claimed; where somebody else has taken from
// it, as a Ruby Sidekiq does, only the claimed messages that are still there are removed.
//
// KEY:working:WORKER shows people how much a worker has in hand; it is never read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/redis/client.h"
#include "queue/redis/lease.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {

class RedisConsumer final : public Consumer {
 public:
  // Borrows `clock`. Messages set aside while Redis is full go to dead.db in `spool`.
  RedisConsumer(const RedisOptions& options, const SpoolOptions& spool, std::string worker,
                const Clock& clock);
  ~RedisConsumer() override;

  Result<Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                      std::int64_t wait_ms) override;
  Result<void> release() override;
  void give_up() override { claimed_.clear(); }
  Result<void> set_aside(std::string_view message, std::string_view reason) override;
  Result<QueueState> state() override;

 private:
  Result<Claim> claim_now(std::size_t messages_max, std::size_t bytes_max);
  void show_claim();
  void hide_claim();
  Result<void> remove_what_is_left(const std::vector<std::string>& fingerprints);

  const RedisOptions options_;
  const std::string worker_;
  const std::string marker_key_;
  const Clock& clock_;
  RedisClient client_;
  RedisLease lease_;
  DeadLetterFile dead_letters_;
  const std::string spool_path_;
  std::vector<std::string> claimed_;  // Fingerprints, oldest first. Empty: no claim.
  std::int64_t show_at_us_ = 0;
  bool is_shown_ = false;
};

// LLEN and the age of the oldest message.
Result<QueueState> read_redis_state(RedisClient& client, const std::string& key,
                                    const Clock& clock);

// When a message was received, in milliseconds; 0 where it does not say.
std::int64_t received_at_of(std::string_view message);

}  // namespace penstock::queue
