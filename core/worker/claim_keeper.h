// Keeps the claim in hand while its batch is worked on, from a thread beside the pipeline's.
//
// A store may refuse a batch for hours, and a single call of it may hang for a minute; a queue that
// hears nothing meanwhile takes the worker for dead, gives the batch to the next one and counts
// that against its messages. But a thread beside the work knows nothing of the work, and could keep
// for ever what is stuck for good. So the pipeline gives signs of life, and a claim without one for
// kSilenceMaxMs is left to whoever comes. A process that is stopped as a whole keeps nothing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "queue/contract/queue.h"

namespace penstock::worker {

class ClaimKeeper {
 public:
  // Longer than a disk or a network file system that comes back hangs, and short enough that a
  // message in which the worker turns for ever is found out within the hour.
  static constexpr std::int64_t kSilenceMaxMs = 300'000;

  // Borrows both.
  ClaimKeeper(queue::Consumer& consumer, const Clock& clock);
  ClaimKeeper(const ClaimKeeper&) = delete;
  ClaimKeeper& operator=(const ClaimKeeper&) = delete;
  ~ClaimKeeper();

  // Begins and ends the thread; none is needed for a queue that keeps claims by itself.
  void start();
  void stop();

  // By the pipeline's thread: a claim is outstanding from begin() to end(). Cheap.
  void begin();
  void show_life();
  void end();

  // Whether the claim that is outstanding has been silent for too long. Any thread.
  bool is_left() const { return is_left_; }

 private:
  void run();
  void look();
  void keep();

  queue::Consumer& consumer_;
  const Clock& clock_;
  const std::int64_t every_ms_;
  std::atomic<std::int64_t> begun_us_{0};  // 0: no claim is outstanding.
  std::atomic<std::int64_t> life_us_{0};   // The latest sign.
  std::atomic<bool> is_left_{false};

  // The thread's own.
  std::int64_t lost_claim_us_ = 0;  // Which claim was reported as another's: when it was begun.

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool is_stopping_ = false;  // Guarded by `mutex_`.
};

}  // namespace penstock::worker
