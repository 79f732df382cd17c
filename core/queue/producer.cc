#include "queue/producer.h"

#include "queue/backend.h"

namespace penstock::queue {

Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener) {
  const auto backend = backend_of(options.queue.url);
  if (!backend) return fail(backend.error());
  return (*backend)->make_producer(options, loop, clock, listener);
}

}  // namespace penstock::queue
