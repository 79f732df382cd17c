// Makes the consumer that a configuration asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "queue/contract/inspector.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

struct ConsumerOptions {
  std::optional<RedisOptions> redis;  // Nullopt: the spool is the queue.
  SpoolOptions spool;
  std::string worker;  // A name that no other worker has: "HOST:PID:NONCE".
};

// Borrows `clock`. Redis need not be up.
Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options, const Clock& clock);

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock);

}  // namespace penstock::queue
