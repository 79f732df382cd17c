#include "store/columns/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kTodayS = kToday / 1'000;

Result<std::vector<std::int64_t>> steps_of(const Range& range, const Step& step) {
  auto steps = Steps::of(range, step);
  if (!steps) return fail(steps.error());
  return steps->at_s();
}

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

TEST(Steps, MayBeOfAnyLength) {
  const Range range{kToday + 1, kToday + 3 * kDay};
  const auto steps = Steps::of(range, StepStarts{kTodayS, kTodayS + 82'800, kTodayS + 172'800});
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->index_of(kToday), 0u);
  EXPECT_EQ(steps->index_of(kToday + 23 * kHour - 1), 0u);
  EXPECT_EQ(steps->index_of(kToday + 23 * kHour), 1u);
  EXPECT_EQ(steps->index_of(kToday + 9 * kDay), 2u);
  EXPECT_EQ(steps->end_ms(0), steps->start_ms(1));
  EXPECT_TRUE(steps->begin_at_multiples_of(3'600));
  EXPECT_FALSE(steps->begin_at_multiples_of(86'400));

  for (const StepStarts& bad : {StepStarts{}, StepStarts{kTodayS + 1}, StepStarts{kTodayS, kTodayS},
                                StepStarts(5'001, kTodayS)}) {
    EXPECT_EQ(Steps::of(range, bad).error().code, ErrorCode::kRejected);
  }
}

TEST(Steps, AreOfYearsThatHaveDays) {
  const Range range = storable_range({INT64_MIN, INT64_MAX});
  EXPECT_EQ(range.from_ms, 0);
  EXPECT_EQ(range.to_ms, 253'402'300'800'000);
}

}  // namespace
}  // namespace penstock::store
