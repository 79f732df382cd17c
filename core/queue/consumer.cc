#include "queue/consumer.h"

#include "queue/redis/consumer.h"
#include "queue/redis/inspector.h"
#include "queue/spool/consumer.h"
#include "queue/spool/inspector.h"

namespace penstock::queue {

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options,
                                                const Clock& clock) {
  if (options.redis) {
    return std::unique_ptr<Consumer>(
        std::make_unique<RedisConsumer>(*options.redis, options.spool, options.worker, clock));
  }
  auto made = SpoolConsumer::make(options.spool, options.worker, clock);
  if (!made) return fail(made.error());
  return std::unique_ptr<Consumer>(std::move(*made));
}

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock) {
  if (options.redis) {
    return std::unique_ptr<Inspector>(
        std::make_unique<RedisInspector>(*options.redis, options.spool, clock));
  }
  return std::unique_ptr<Inspector>(std::make_unique<SpoolInspector>(options.spool, clock));
}

}  // namespace penstock::queue
