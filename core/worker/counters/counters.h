// What the worker counts. A layer of its own, so that whoever shows it need not know the worker.
#pragma once

#include "base/counters.h"

namespace penstock::worker {

// Written by the pipeline's thread, read by any.
struct PipelineCounters {
  Counter stored;
  Counter duplicates;
  Counter dead;
  Counter batches;
  Counter unjudged_user_agents;
  Counter store_bytes;
  Counter queue_depth;
  Counter queue_oldest_ms;
  Counter is_store_failing;  // 1 while a batch is held because the store refuses it.
  Counter is_queue_failing;
  Histogram commit;
};

}  // namespace penstock::worker
