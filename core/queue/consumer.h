// Makes the consumer that a configuration asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "queue/options.h"
#include "queue/queue.h"

namespace penstock::queue {

struct ConsumerOptions {
  std::optional<RedisOptions> redis;  // Nullopt: the spool is the queue.
  SpoolOptions spool;
  std::string worker;  // A name that no other worker has: "HOST:PID:NONCE".
};

// Borrows `clock`. Redis need not be up.
Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options, const Clock& clock);

// Depth, age and dead letters of a queue, for the console and `penstock status`; changes nothing.
class Inspector {
 public:
  virtual ~Inspector() = default;
  virtual Result<QueueState> state() = 0;
  virtual Result<std::uint64_t> dead_letters() = 0;
};

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock);

}  // namespace penstock::queue
