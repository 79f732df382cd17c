#include "store/sqlite/open_days.h"

#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

TEST(OpenDays, LendsTheSameFileWhileItIsThere) {
  const testing::TempDir dir;
  OpenDays days(dir.path());
  DayFile* const first = days.open(kToday).value();
  EXPECT_EQ(days.open(kToday).value(), first);

  ASSERT_TRUE(remove_day(day_path(dir.path(), kToday)));
  DayFile* const second = days.open(kToday).value();
  EXPECT_TRUE(second->is_in_place());
}

// A closed file has no journal beside it, which shows how many are open.
TEST(OpenDays, ClosesTheLeastRecentlyUsed) {
  const testing::TempDir dir;
  OpenDays days(dir.path());
  for (std::size_t i = 0; i < OpenDays::kOpenMax; ++i) {
    ASSERT_TRUE(days.open(kToday + static_cast<std::int64_t>(i) * kDay).has_value());
  }
  ASSERT_TRUE(days.open(kToday).has_value());
  ASSERT_TRUE(days.open(kToday - kDay).has_value());

  const auto is_open = [&dir](std::int64_t day_ms) {
    return std::filesystem::exists(day_path(dir.path(), day_ms) + "-shm");
  };
  EXPECT_TRUE(is_open(kToday));
  EXPECT_FALSE(is_open(kToday + kDay));
  EXPECT_TRUE(is_open(kToday - kDay));
}

TEST(OpenDays, KeepsOldDaysBesideThoseOfToday) {
  const testing::TempDir dir;
  OpenDays days(dir.path());
  DayFile* const today = days.open(kToday).value();
  for (std::size_t i = 0; i < OpenDays::kOpenMax + 3; ++i) {
    ASSERT_TRUE(days.open_old(kToday - static_cast<std::int64_t>(i + 20) * kDay).has_value());
  }
  EXPECT_EQ(days.open(kToday).value(), today);
  const std::int64_t old_ms = kToday - 20 * kDay;
  EXPECT_TRUE(days.has(old_ms));
  EXPECT_EQ(days.open(old_ms).value(), days.open_old(old_ms).value());
  days.close(old_ms);
  EXPECT_FALSE(days.has(old_ms));
}

}  // namespace
}  // namespace penstock::store
