// The Redis list as a consumer: reads its tail, and trims what is stored.
//
// Claimed messages stay in the list. Moving them to a list of our own (LMOVE) would be refused by a
// Redis that is full, and draining is what makes room: LRANGE and LTRIM work there. Before a trim
// one script looks whether the tail is still what was claimed; where somebody else has taken from
// it, as a Ruby Sidekiq does, only the claimed messages that are still there are removed. Who died
// with what is counted beside it (receipts.h).
//
// While a claim that was full is worked on, what lies behind it is read already (read_ahead.h). It
// becomes the next claim where it is the list's tail then, by the same check as before a trim;
// otherwise it is forgotten. Only between a claim and its clean release is there something to be
// read that can be the next claim, so release() waits for the reading, and whatever else ends the
// claim drops it.
//
// An idle consumer waits in Redis, by a command that takes the tail and puts it back (BLMOVE);
// where that is not to be had, it looks again and again.
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
#include "queue/redis/keys.h"
#include "queue/redis/lease.h"
#include "queue/redis/options.h"
#include "queue/redis/read_ahead.h"
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
  // By a connection of its own, made when it is first needed.
  Result<bool> keep() override { return kept_lease_.hold(); }
  std::int64_t keep_every_ms() const override { return RedisLease::kRenewMs; }
  void give_up() override;
  Result<void> set_aside(std::string_view message, std::string_view reason) override;
  Result<QueueState> state() override;

 private:
  struct Bounds {
    std::size_t messages_max = 0;
    std::size_t bytes_max = 0;
  };
  Result<Claim> claim_now(const Bounds& bounds);
  bool is_next_claim(const std::vector<std::string>& read, const Bounds& bounds) const;
  Result<bool> claim_read(const std::vector<std::string>& messages);
  Claim begin_claim(Claim claim, const Bounds& bounds);
  bool can_wait() const;
  bool wait_in_redis(std::int64_t wait_ms);
  void show_claim();
  void hide_claim();
  Result<void> remove_what_is_left(const std::vector<std::string>& marks);

  const RedisOptions options_;
  const RedisKeys keys_;
  const std::string worker_;
  const std::string holder_;  // The worker, and which of its lives this is.
  const Clock& clock_;
  RedisClient client_;
  RedisLease lease_;
  RedisClient keep_client_;  // It and its lease: of keep()'s thread alone.
  RedisLease kept_lease_;
  DeadLetterFile dead_letters_;
  const std::string spool_path_;
  ReadAhead ahead_;
  std::vector<std::string> read_;     // What was behind the claim that was released last.
  Bounds bounds_;                     // Of the last claim, and of what was read behind it.
  std::vector<std::string> claimed_;  // Marks, oldest first. Empty: no claim.
  bool was_empty_ = false;            // The list, which is ours, at the last look.
  std::int64_t wait_from_us_ = 0;     // When it may be waited in Redis again.
  std::int64_t show_at_us_ = 0;
  bool is_shown_ = false;
};

// LLEN and the age of the oldest message.
Result<QueueState> read_redis_state(RedisClient& client, const std::string& key,
                                    const Clock& clock);

// When a message was received, in milliseconds; 0 where it does not say.
std::int64_t received_at_of(std::string_view message);

}  // namespace penstock::queue
