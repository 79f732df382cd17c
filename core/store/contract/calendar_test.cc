#include "store/contract/calendar.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

TEST(Calendar, SettlesAnHourAfterItsStart) {
  ManualClock clock(kToday);
  Calendar calendar(clock);
  EXPECT_FALSE(calendar.is_settled());
  clock.advance_ms(Calendar::kSettleMs - 1);
  calendar.look();
  EXPECT_FALSE(calendar.is_settled());
  clock.advance_ms(1);
  calendar.look();
  EXPECT_TRUE(calendar.is_settled());
}

TEST(Calendar, SettlesAnewAfterAJumpToEitherSide) {
  for (const std::int64_t jump_ms : {400 * kDay, -400 * kDay, Calendar::kJumpMs}) {
    ManualClock clock(kToday);
    Calendar calendar(clock);
    clock.advance_ms(2 * Calendar::kSettleMs);
    calendar.look();
    ASSERT_TRUE(calendar.is_settled());

    clock.set_wall_ms(clock.wall_ms() + jump_ms);
    calendar.look();
    EXPECT_FALSE(calendar.is_settled()) << jump_ms;
    clock.advance_ms(Calendar::kSettleMs);
    calendar.look();
    EXPECT_TRUE(calendar.is_settled()) << jump_ms;
  }
}

// A time server that holds a clock in step moves it by milliseconds.
TEST(Calendar, BearsSmallSteps) {
  ManualClock clock(kToday);
  Calendar calendar(clock);
  for (int i = 0; i < 60; ++i) {
    clock.advance_ms(Calendar::kSettleMs / 60);
    clock.set_wall_ms(clock.wall_ms() + (i % 2 == 0 ? 500 : -500));
    calendar.look();
  }
  EXPECT_TRUE(calendar.is_settled());
}

TEST(Calendar, IsNeverLaterThanWhatIsBelieved) {
  const ManualClock clock(kToday);
  const Calendar calendar(clock);
  EXPECT_EQ(calendar.now_ms(kToday + kDay), kToday);
  EXPECT_EQ(calendar.now_ms(kToday - kDay), kToday - kDay);
}

}  // namespace
}  // namespace penstock::store
