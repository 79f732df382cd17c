// Waits for a condition that another thread brings about. For tests.
#pragma once

#include <chrono>
#include <thread>

namespace penstock::testing {

// False where the condition does not hold within ten seconds.
template <class Condition>
bool wait_for(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace penstock::testing
