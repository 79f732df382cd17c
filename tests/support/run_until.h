// Waiting for something to become true instead of sleeping. For tests.
#pragma once

#include <chrono>
#include <thread>

#include "base/function_ref.h"
#include "io/loop.h"
#include "io/timer.h"

namespace penstock::testing {

// Long enough for a loaded machine under a sanitizer; a passing test never waits it out.
inline constexpr std::chrono::seconds kDeadline{30};

// Runs `loop` until `is_done`, asked every millisecond. False where the deadline came first.
inline bool run_until(io::Loop& loop, FunctionRef<bool()> is_done) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  bool is_true = false;
  io::Timer poll(loop, [&] {
    is_true = is_done();
    if (is_true || std::chrono::steady_clock::now() > deadline) loop.stop();
  });
  poll.start_every(1);
  loop.run();
  return is_true;
}

// The same without a loop.
inline bool wait_until(FunctionRef<bool()> is_done) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!is_done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace penstock::testing
