// Counts what waits in the spool, without changing it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/error.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

struct SpoolTotals {
  std::uint64_t batches = 0;
  std::int64_t oldest_at_ms = 0;  // 0 where there is nothing.
  std::uint64_t bytes = 0;
};

// Blocking; one thread at a time.
class SpoolCensus {
 public:
  explicit SpoolCensus(std::string spool) : spool_(std::move(spool)) {}

  // Segments that come or go meanwhile may be missed. What cannot be read counts as empty.
  Result<SpoolTotals> take();

  // The same as depth and age.
  Result<QueueState> state(std::int64_t now_ms);

 private:
  // Opening a segment costs more than all else, so a closed one, which cannot change, is read once.
  struct Closed {
    std::int64_t last_id;
    std::uint64_t round;  // The latest in which it was seen.
  };
  std::string spool_;
  std::map<std::string, Closed> closed_;
  std::uint64_t round_ = 0;
};

}  // namespace penstock::queue
