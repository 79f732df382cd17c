// The worker's metrics.
#pragma once

#include <cstdint>
#include <string>

#include "base/counters.h"

namespace penstock::app {

// The pipeline's counters, copied by the main: this layer does not know the worker's.
struct WorkerFigures {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t dead = 0;
  std::uint64_t batches = 0;
  std::uint64_t unjudged_user_agents = 0;
  std::uint64_t store_bytes = 0;
  std::uint64_t bad_days = 0;
  std::uint64_t queue_depth = 0;
  std::uint64_t queue_oldest_ms = 0;
  bool is_store_failing = false;
  bool is_queue_failing = false;
};

// Appends the exposition, the process's own metrics included.
void append_worker_metrics(std::string& out, const WorkerFigures& figures, const Histogram& commit);

}  // namespace penstock::app
