// The jobs in Sidekiq's set `dead`, whoever buried them.
//
// A retried job goes to the queue that it names, as Sidekiq's own page sends it: enqueued now, with
// one try less on its count. Text that is no job goes back to our queue as it is.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "queue/letters/redis.h"
#include "queue/redis/options.h"

namespace penstock::queue {

// Ids are "s" and the member's hash.
class SidekiqLetters final : public RedisLetters {
 public:
  // Borrows both. Requires options.sidekiq_queue.
  SidekiqLetters(RedisClient& client, const RedisOptions& options, const Clock& clock);

 private:
  StoredLetter letter_of(std::string_view element, std::string_view score) override;
  Return return_of(std::string_view element) override;
  bool is_ours(std::string_view element) override;

  const RedisOptions options_;
  const Clock& clock_;
  Random random_;
};

}  // namespace penstock::queue
