#include "base/check.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(CheckDeathTest, NamesTheConditionThatFailed) {
  EXPECT_DEATH(PENSTOCK_CHECK(1 + 1 == 3), "check failed: 1 \\+ 1 == 3");
}

TEST(Check, EvaluatesItsConditionOnce) {
  int calls = 0;
  PENSTOCK_CHECK(++calls == 1);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace penstock
