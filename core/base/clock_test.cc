#include "base/clock.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(SystemClock, CountsFromTheEpochAndNeverBack) {
  const SystemClock clock;
  EXPECT_GT(clock.wall_ms(), 1'700'000'000'000);  // Later than 2023.
  const std::int64_t before = clock.mono_us();
  EXPECT_GE(clock.mono_us(), before);
}

TEST(ManualClock, KeepsMonotonicTimeWhenTheWallClockIsSetBack) {
  ManualClock clock(1'000'000);
  const std::int64_t before = clock.mono_us();
  clock.advance_ms(5);
  clock.set_wall_ms(0);

  EXPECT_EQ(clock.wall_ms(), 0);
  EXPECT_EQ(clock.mono_us(), before + 5'000);
}

}  // namespace
}  // namespace penstock
