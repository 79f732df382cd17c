// Counts what waits in the spool, without changing it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/error.h"
#include "queue/contract/queue.h"
#include "queue/spool/segment_files.h"

namespace penstock::queue {

struct SpoolTotals {
  std::uint64_t batches = 0;
  std::int64_t oldest_at_ms = 0;  // 0 where there is nothing.
  std::uint64_t bytes = 0;
  std::uint64_t bad_segments = 0;  // Renamed to *.bad, for a person to look at.
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
  // Opening a segment costs more than all else, so one that has not changed is not read again.
  struct Known {
    SegmentTrace trace;
    std::int64_t last_id = 0;
    std::int64_t done = 0;
    std::int64_t head_at_ms = 0;  // Of the first message behind `done`.
    std::uint64_t round = 0;      // The latest in which it was seen.
  };
  const Known* look_at(const std::string& path, std::int64_t done);

  std::string spool_;
  std::map<std::string, Known> known_;
  std::uint64_t round_ = 0;
};

}  // namespace penstock::queue
