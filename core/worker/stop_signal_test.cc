#include "worker/stop_signal.h"

#include <thread>

#include <gtest/gtest.h>

#include "worker/backoff.h"

namespace penstock::worker {
namespace {

TEST(StopSignal, LetsAWaitPassWithoutARequest) {
  StopSignal stop;
  EXPECT_TRUE(stop.wait_ms(1));
  EXPECT_FALSE(stop.is_requested());
}

// The wait is far longer than the test may take: only the request can end it.
TEST(StopSignal, EndsAWaitOfAnotherThread) {
  StopSignal stop;
  bool was_cut = false;
  std::thread waiter([&] { was_cut = !stop.wait_ms(3'600'000); });
  stop.request();
  waiter.join();
  EXPECT_TRUE(was_cut);
  EXPECT_FALSE(stop.wait_ms(3'600'000));
}

TEST(Backoff, DoublesUpToItsLimitWithinItsSpread) {
  Backoff backoff{Random(1)};
  for (std::int64_t step = Backoff::kFirstMs; step < Backoff::kLastMs; step *= 2) {
    const std::int64_t wait = backoff.next_ms();
    EXPECT_GE(wait, step / 2);
    EXPECT_LE(wait, step);
  }
  for (int i = 0; i < 20; ++i) {
    const std::int64_t wait = backoff.next_ms();
    EXPECT_GE(wait, Backoff::kLastMs / 2);
    EXPECT_LE(wait, Backoff::kLastMs);
  }
  backoff.reset();
  EXPECT_LE(backoff.next_ms(), Backoff::kFirstMs);
}

}  // namespace
}  // namespace penstock::worker
