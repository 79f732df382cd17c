// The worker's one thread: claim → decode → enrich → store → release, batch after batch.
//
// A claim is released only after its rows' transaction; what cannot be decoded is set aside with
// its reason and holds up nothing, and so is a message whose receipts say that it kills its worker;
// a store that fails holds the batch, with backoff, for as long as it takes, and its claim is kept
// meanwhile (claim_keeper.h). stop() ends it between two batches, never within one, and what is not
// stored by then is given up to the queue.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "enrich/enricher.h"
#include "queue/contract/queue.h"
#include "store/contract/event_store.h"
#include "worker/counters/counters.h"

namespace penstock::worker {

struct PipelineOptions {
  std::uint32_t batch_rows = 5'000;
  std::int64_t batch_wait_ms = 200;
};

class Pipeline {
 public:
  // Borrows all for its lifetime.
  Pipeline(const PipelineOptions& options, queue::Consumer& consumer, enrich::Enricher& enricher,
           store::EventStore& store, const Clock& clock, PipelineCounters& counters);
  ~Pipeline();

  // Runs until stop(); call it on a thread of its own.
  void run();

  // Finishes the batch in hand. Any thread.
  void stop();

  // Why it does not get on, in sentences. Any thread.
  std::vector<std::string> not_ready() const;

  // Grows as long as the pipeline's thread gets on, in an idle hour as well. Any thread.
  std::uint64_t turns() const;

  // One claim, at most; false where there was nothing. For tests.
  bool run_once();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::worker
