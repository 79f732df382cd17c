// What the worker's two threads of a Sidekiq process tell each other: the consumer what it does,
// the heartbeat what a person has asked for. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace penstock::queue {

// Jobs done with since they were last taken; `processed` includes the failed ones.
struct SidekiqCounts {
  std::uint64_t processed = 0;
  std::uint64_t failed = 0;
};

class SidekiqState {
 public:
  // No more claims; never undone.
  void quieten() { is_quiet_ = true; }
  bool is_quiet() const { return is_quiet_; }

  // The job in hand as ID:work shows it; empty for none.
  void set_work(std::string text) {
    const std::lock_guard lock(mutex_);
    work_ = std::move(text);
  }
  std::string work() const {
    const std::lock_guard lock(mutex_);
    return work_;
  }

  void add(const SidekiqCounts& counts) {
    const std::lock_guard lock(mutex_);
    counts_.processed += counts.processed;
    counts_.failed += counts.failed;
  }
  SidekiqCounts take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(counts_, {});
  }

 private:
  std::atomic<bool> is_quiet_{false};
  mutable std::mutex mutex_;
  std::string work_;
  SidekiqCounts counts_;
};

}  // namespace penstock::queue
