// Looks at the queue and the worker once a minute and adds what it sees to the queue's history.
//
// A thread, an inspector and a client of its own: a Redis that does not answer keeps nobody else
// waiting, and is a sample in which nothing is known.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/request/queue_history.h"
#include "console/api/request/services.h"
#include "control/client.h"
#include "control/worker_state.h"
#include "queue/contract/inspector.h"

namespace penstock::console {

// What a sample's rates are of: the one before, and what the worker had counted by then.
struct SampledBefore {
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> depth;
  std::optional<control::WorkerState> worker;
};

// Sets `seconds` and the rates where both times are known, the worker is the same, and no more than
// five minutes lie between. What came in is what went out and what the queue has grown by; null
// where that is less than none, since somebody else takes from the queue then.
void add_rates(const SampledBefore& before, const SampledBefore& now, QueueSample& sample);

class QueueSampler {
 public:
  // Borrows `clock`. Errors: the file or the queue's address cannot be used.
  static Result<std::unique_ptr<QueueSampler>> start(const ConsoleSettings& settings,
                                                     const Clock& clock);
  ~QueueSampler();
  QueueSampler(const QueueSampler&) = delete;
  QueueSampler& operator=(const QueueSampler&) = delete;

  // One sample, now. For tests; else the thread's.
  QueueSample take();

 private:
  QueueSampler(std::unique_ptr<queue::Inspector> inspector, QueueHistory history,
               control::Client worker, const Clock& clock);
  void run();

  std::unique_ptr<queue::Inspector> inspector_;
  QueueHistory history_;
  const control::Client worker_;
  const Clock& clock_;
  SampledBefore before_;
  bool is_failing_ = false;  // The file: said once.

  std::mutex mutex_;
  std::condition_variable stop_asked_;
  bool is_stopping_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace penstock::console
