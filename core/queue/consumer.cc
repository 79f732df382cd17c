#include "queue/consumer.h"

#include "queue/backend.h"

namespace penstock::queue {

Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options,
                                                const Clock& clock) {
  const auto backend = backend_of(options.queue.url);
  if (!backend) return fail(backend.error());
  return (*backend)->make_consumer(options, clock);
}

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock) {
  const auto backend = backend_of(options.queue.url);
  if (!backend) return fail(backend.error());
  return (*backend)->make_inspector(options, clock);
}

}  // namespace penstock::queue
