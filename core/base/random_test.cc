#include "base/random.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Random, RepeatsItselfFromTheSameSeed) {
  Random first(7);
  Random second(7);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(first.next(), second.next());
}

TEST(Random, DiffersBetweenSystemSeeds) {
  EXPECT_NE(Random::from_system().next(), Random::from_system().next());
}

TEST(Random, StaysBelowItsBound) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(random.below(3), 3u);
}

}  // namespace
}  // namespace penstock
