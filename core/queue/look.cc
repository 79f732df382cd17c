#include "queue/look.h"

#include <utility>

#include "queue/backend.h"
#include "queue/redis/client.h"
#include "queue/redis/holder.h"
#include "queue/redis/options.h"
#include "queue/sidekiq/look.h"

namespace penstock::queue {
namespace {

class SpoolLook final : public Look {
 public:
  Result<std::vector<SeenWorker>> workers() override { return std::vector<SeenWorker>(); }
  bool has_timed_jobs() const override { return false; }
  Result<TimedJobs> timed_jobs(TimedSet /*set*/, std::size_t /*first*/,
                               std::size_t /*count*/) override {
    return TimedJobs();
  }
};

class RedisLook final : public Look {
 public:
  RedisLook(const RedisOptions& options, const Clock& clock)
      : options_(options), client_(options, clock) {}

  Result<std::vector<SeenWorker>> workers() override {
    if (has_timed_jobs()) return read_sidekiq_processes(client_);
    return read_holder(client_, options_.key);
  }
  bool has_timed_jobs() const override { return !options_.sidekiq_queue.empty(); }
  Result<TimedJobs> timed_jobs(TimedSet set, std::size_t first, std::size_t count) override {
    return read_timed_jobs(client_, set, first, count);
  }

 private:
  const RedisOptions options_;
  RedisClient client_;
};

}  // namespace

Result<std::unique_ptr<Look>> make_look(const ConsumerOptions& options, const Clock& clock) {
  const auto backend = backend_of(options.queue.url);
  if (!backend) return fail(backend.error());
  if (!(*backend)->capabilities.knows_sidekiq) {
    return std::unique_ptr<Look>(std::make_unique<SpoolLook>());
  }
  const auto redis = redis_options(options.queue);
  if (!redis) return fail(redis.error());
  return std::unique_ptr<Look>(std::make_unique<RedisLook>(*redis, clock));
}

}  // namespace penstock::queue
