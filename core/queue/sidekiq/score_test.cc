#include "queue/sidekiq/score.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(SidekiqScore, IsSecondsWithAPoint) {
  EXPECT_EQ(sidekiq_score(1'795'515'837'000), "1795515837.000");
}

}  // namespace
}  // namespace penstock::queue
