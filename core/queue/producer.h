// Makes the producer that a configuration asks for.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

struct ProducerOptions {
  std::optional<RedisOptions> redis;  // Nullopt: the spool is the queue.
  SpoolOptions spool;
  std::uint32_t reactor = 0;  // Which of the process's producers this is; names its segments.
};

// With Redis: LPUSH, and the spool when Redis is down, slow or full; what was spooled is replayed
// to Redis, oldest first, by reactor 0. Without: the spool alone. Borrows all for its lifetime.
// kConfiguration or kExhausted where the spool's folder cannot be used. Redis need not be up.
Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener);

}  // namespace penstock::queue
