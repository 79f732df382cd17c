// Makes the consumer that a configuration asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

struct WaitingMessage {
  std::int64_t at_ms = 0;  // When it came; 0: unknown.
  std::string message;     // kReadablePadding capacity behind it.
};

// Depth, age, dead letters and messages of a queue, for the console and the command line; changes
// nothing and is in nobody's way.
class Inspector {
 public:
  virtual ~Inspector() = default;
  virtual Result<QueueState> state() = 0;
  virtual Result<std::uint64_t> dead_letters() = 0;
  // The oldest messages, oldest first, claimed ones included: as many as limits allow, but one.
  virtual Result<std::vector<WaitingMessage>> peek(std::size_t messages_max,
                                                   std::size_t bytes_max) = 0;
};

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock);

}  // namespace penstock::queue
