#include "base/counters.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Histogram, PutsADurationIntoTheFirstBucketThatHoldsIt) {
  Histogram histogram;
  histogram.observe_us(100);  // A bound belongs to its own bucket, as Prometheus has it.
  histogram.observe_us(101);
  histogram.observe_us(60'000'000);  // Past the last bound.

  EXPECT_EQ(histogram.bucket(0), 1u);
  EXPECT_EQ(histogram.bucket(1), 1u);
  EXPECT_EQ(histogram.bucket(Histogram::kBoundsUs.size()), 1u);
  EXPECT_EQ(histogram.sum_us(), 60'000'201u);
}

}  // namespace
}  // namespace penstock
