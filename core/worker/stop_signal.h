// A wish to stop, that ends every wait of the thread it is meant for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace penstock::worker {

class StopSignal {
 public:
  // Any thread.
  void request();
  bool is_requested() const;

  // Waits; false as soon as a stop is requested.
  bool wait_ms(std::int64_t ms);

 private:
  mutable std::mutex mutex_;
  std::condition_variable requested_;
  bool is_requested_ = false;
};

}  // namespace penstock::worker
