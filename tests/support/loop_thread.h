// A loop on a thread of its own, for tests that talk to what runs on it from outside.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "io/loop.h"

namespace penstock::testing {

// As ManualClock, but moved by one thread and read by another.
class SharedManualClock final : public Clock {
 public:
  explicit SharedManualClock(std::int64_t wall_ms) : start_ms_(wall_ms) {}

  std::int64_t wall_ms() const override { return start_ms_ + passed_ms_; }
  std::int64_t mono_us() const override { return 1 + passed_ms_ * 1000; }
  void advance_ms(std::int64_t ms) { passed_ms_ += ms; }

 private:
  const std::int64_t start_ms_;
  std::atomic<std::int64_t> passed_ms_{0};
};

// Runs the loop from start() until its end. What lives on the loop is made before start(), or in
// run(), and goes in run() or after stop().
class LoopThread {
 public:
  ~LoopThread() { stop(); }

  io::Loop& loop() { return loop_; }

  void start() {
    thread_ = std::thread([this] { loop_.run(); });
  }

  // Runs `task` on the loop's thread and waits for it.
  void run(const std::function<void()>& task) {
    // Shared, because the waiter may be gone before set_value() has returned.
    const auto done = std::make_shared<std::promise<void>>();
    loop_.post([&task, done] {
      task();
      done->set_value();
    });
    done->get_future().wait();
  }

  void stop() {
    if (!thread_.joinable()) return;
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }

 private:
  io::Loop loop_;
  std::thread thread_;
};

}  // namespace penstock::testing
