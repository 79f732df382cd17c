#include "base/error.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kRejected, number, "halve");
  return number / 2;
}

Result<int> quarter_of(int number) {
  PENSTOCK_TRY(half_of(number));
  return half_of(number / 2);
}

TEST(Error, SaysWhatWasDoneAndHowItFailed) {
  EXPECT_EQ(to_text(Error{ErrorCode::kExhausted, 28, "write the segment"}),
            "write the segment: exhausted (native 28)");
  EXPECT_EQ(to_text(Error{ErrorCode::kDisconnected, 0, "read"}), "read: disconnected");
}

TEST(Error, TryReturnsTheErrorThatItMet) {
  EXPECT_EQ(*quarter_of(8), 2);
  EXPECT_EQ(quarter_of(7).error().native, 7);
  EXPECT_EQ(quarter_of(6).error().native, 3);
}

}  // namespace
}  // namespace penstock
