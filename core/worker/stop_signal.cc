#include "worker/stop_signal.h"

#include <chrono>

namespace penstock::worker {

void StopSignal::request() {
  const std::lock_guard lock(mutex_);
  is_requested_ = true;
  requested_.notify_all();
}

bool StopSignal::is_requested() const {
  const std::lock_guard lock(mutex_);
  return is_requested_;
}

bool StopSignal::wait_ms(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  return !requested_.wait_for(lock, std::chrono::milliseconds(ms),
                              [this] { return is_requested_; });
}

}  // namespace penstock::worker
