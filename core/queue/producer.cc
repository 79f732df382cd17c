#include "queue/producer.h"

#include "queue/redis/producer.h"
#include "queue/spool/producer.h"

namespace penstock::queue {

Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener) {
  if (options.redis) {
    auto made =
        RedisProducer::make(*options.redis, options.spool, options.reactor, loop, clock, listener);
    if (!made) return fail(made.error());
    return std::unique_ptr<Producer>(std::move(*made));
  }
  auto made = SpoolProducer::make(options.spool, options.reactor, SpoolProducer::Role::kQueue, loop,
                                  clock, listener);
  if (!made) return fail(made.error());
  return std::unique_ptr<Producer>(std::move(*made));
}

}  // namespace penstock::queue
