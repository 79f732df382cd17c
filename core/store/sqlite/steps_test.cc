#include "store/sqlite/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kTodayS = kToday / 1'000;

TEST(Steps, BeginAtMultiplesOfTheirLengthAndLongOnesWithTheFirstDay) {
  EXPECT_THAT(*steps_of({kToday + 90'500, kToday + 180'001}, 60),
              ElementsAre(kTodayS + 60, kTodayS + 120, kTodayS + 180));
  EXPECT_THAT(*steps_of({kToday + 1, kToday + 8 * kDay}, 7 * 86'400),
              ElementsAre(kTodayS, kTodayS + 7 * 86'400));
  EXPECT_THAT(*steps_of({kToday, kToday}, 60), IsEmpty());
}

TEST(Steps, AreWholeMinutesAndNotTooMany) {
  for (const std::int64_t step_s : {std::int64_t{0}, std::int64_t{-60}, std::int64_t{90}}) {
    EXPECT_EQ(steps_of({0, kDay}, step_s).error().code, ErrorCode::kRejected) << step_s;
  }
  EXPECT_EQ(steps_of({0, kPointsMax * kMinute}, 60)->size(), 5'000u);
  EXPECT_EQ(steps_of({0, kPointsMax * kMinute + 1}, 60).error().code, ErrorCode::kRejected);
}

TEST(Steps, AreOfYearsThatHaveDays) {
  const Range range = storable_range({INT64_MIN, INT64_MAX});
  EXPECT_EQ(range.from_ms, 0);
  EXPECT_EQ(range.to_ms, 253'402'300'800'000);
}

}  // namespace
}  // namespace penstock::store
