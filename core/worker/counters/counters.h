// What the worker counts. A layer of its own, so that whoever shows it need not know the worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/counters.h"

namespace penstock::worker {

// Written by the pipeline's thread, read by any.
struct PipelineCounters {
  static constexpr std::uint64_t kNever = UINT64_MAX;

  Counter stored;
  Counter duplicates;
  Counter dead;
  Counter batches;
  Counter released;       // Messages of batches that were taken out of the queue.
  Counter claimed;        // Messages in hand.
  Counter claimed_at_ms;  // Since when; 0: none are.
  Counter turned_at_ms;   // When the pipeline last got on.
  Counter unjudged_user_agents;
  Counter store_bytes;
  Counter store_days;
  Counter store_limit_bytes;    // What it may grow to, by store.max_bytes or the disk.
  Counter store_bytes_per_day;  // 0: not known yet.
  Counter store_full_in_s;      // Until it is as large as that; kNever also where it is not known.
  Counter compacted_days;       // Since the start.
  Counter compacted_bytes_saved;
  // Events that a retention rule has deleted, by its place in store.retain; the last one is
  // store.retention_days.
  static constexpr std::size_t kRulesMax = 64;
  std::array<Counter, kRulesMax + 1> removed_by_rule;
  Counter queue_depth;
  Counter queue_oldest_ms;
  Counter is_store_failing;  // 1 while a batch is held because the store refuses it.
  Counter is_queue_failing;
  Histogram commit;
};

}  // namespace penstock::worker
