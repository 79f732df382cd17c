#include "base/scratch.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(RecentUse, KeepsWhatALoopNeedsWhileItNeedsIt) {
  RecentUse use;
  EXPECT_TRUE(use.is_quiet());
  for (int second = 0; second < 3; ++second) {
    use.note(1'000'000);
    use.note(10);
    EXPECT_GE(use.end_period(), 1'000'000u);
  }
}

TEST(RecentUse, ForgetsALargeUseAfterTwoPeriods) {
  RecentUse use;
  use.note(8'000'000);
  EXPECT_GE(use.end_period(), 8'000'000u);
  EXPECT_FALSE(use.is_quiet());
  use.note(100);
  EXPECT_GE(use.end_period(), 8'000'000u);
  EXPECT_FALSE(use.is_quiet());
  EXPECT_EQ(use.end_period(), kScratchKeptBytesMin);
  EXPECT_TRUE(use.is_quiet());
  EXPECT_EQ(use.end_period(), kScratchKeptBytesMin);
}

TEST(ShrinkScratch, FreesWhatHoldsMore) {
  std::string text(100'000, 'x');
  EXPECT_EQ(shrink_scratch(text, 200'000), 0u);
  EXPECT_EQ(text.size(), 100'000u);
  EXPECT_GE(shrink_scratch(text, 99'999), 100'000u);
  EXPECT_LT(text.capacity(), 100u);

  std::vector<std::uint64_t> numbers(1'000);
  EXPECT_EQ(shrink_scratch(numbers, 8'000), 0u);
  EXPECT_EQ(shrink_scratch(numbers, 7'999), 8'000u);
  EXPECT_EQ(numbers.capacity(), 0u);
  return_free_memory();
}

}  // namespace
}  // namespace penstock
