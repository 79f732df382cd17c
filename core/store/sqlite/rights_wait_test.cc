#include "store/sqlite/rights_wait.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

constexpr std::int64_t kStepUs = RightsWait::kWaitUs / 2;

const Error kReadOnly{ErrorCode::kConfiguration, 8, "step a statement"};
const Error kCannotOpen{ErrorCode::kConfiguration, 14, "open a database"};

TEST(RightsWait, EndsAfterAMoment) {
  RightsWait wait;
  EXPECT_TRUE(wait.may_pass(kReadOnly, 7));
  EXPECT_TRUE(wait.may_pass(kCannotOpen, 7 + kStepUs));
  EXPECT_FALSE(wait.may_pass(kReadOnly, 7 + 2 * kStepUs));
  EXPECT_FALSE(wait.may_pass(kReadOnly, 7 + 9 * kStepUs));
}

TEST(RightsWait, BeginsAnewOnceTheFileWasUsed) {
  RightsWait wait;
  EXPECT_TRUE(wait.may_pass(kReadOnly, 7));
  wait.end();
  EXPECT_TRUE(wait.may_pass(kReadOnly, 7 + 5 * kStepUs));
}

TEST(RightsWait, IsForNothingElse) {
  RightsWait wait;
  EXPECT_FALSE(wait.may_pass({ErrorCode::kCorrupt, 11, "step a statement"}, 7));
  EXPECT_FALSE(wait.may_pass({ErrorCode::kConfiguration, 0, "open what is no plain file"}, 7));
}

}  // namespace
}  // namespace penstock::store
