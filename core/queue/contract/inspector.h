// A queue that is looked at and not changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

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
  // By what the queue may lose events that were answered, as sentences for people.
  virtual Result<std::vector<std::string>> warnings() { return std::vector<std::string>(); }
  // The oldest messages, oldest first, claimed ones included: as many as limits allow, but one.
  virtual Result<std::vector<WaitingMessage>> peek(std::size_t messages_max,
                                                   std::size_t bytes_max) = 0;
};

}  // namespace penstock::queue
