#include "store/sqlite/retention.h"

#include <fstream>

#include <sys/stat.h>

#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

TEST_F(StoreTest, BelievesTheRowsOfAsManyDaysAsAreAsked) {
  Retention retention{.folder = options_.path, .days = 1, .witnesses = 1};
  EXPECT_EQ(latest_believed_ms(retention), 0);
  store({row_at(kToday + kHour, 1), row_at(kToday - kDay, 2), row_at(kToday - 9 * kDay, 3)});

  EXPECT_EQ(latest_believed_ms(retention), kToday + kHour + 5 + kDay);
  retention.witnesses = 2;
  EXPECT_EQ(latest_believed_ms(retention), kToday - kDay + 5 + kDay);
  retention.witnesses = 7;  // As many as there are.
  EXPECT_EQ(latest_believed_ms(retention), kToday - 9 * kDay + 5 + 2 * kDay);
}

TEST_F(StoreTest, AFileThatCannotBeReadBearsOutNothing) {
  store({row_at(kToday, 1)});
  std::ofstream(day_path(options_.path, kToday + 400 * kDay)) << "no database";
  std::filesystem::create_directories(day_path(options_.path, kToday + 401 * kDay));
  ASSERT_EQ(mkfifo(day_path(options_.path, kToday + 402 * kDay).c_str(), 0600), 0);
  const Retention retention{.folder = options_.path, .days = 1, .witnesses = 1};
  EXPECT_EQ(latest_believed_ms(retention), kToday + 5 + kDay);
}

TEST_F(StoreTest, CountsFromTheRowsWhereTheClockIsAhead) {
  for (int day = 0; day < 5; ++day) store({row_at(kToday - day * kDay + 1, 1)});
  const Retention retention{.folder = options_.path, .days = 2, .witnesses = 1};

  EXPECT_EQ(days_past(retention, Calendar(clock_)),
            (std::vector{kToday - 4 * kDay, kToday - 3 * kDay}));
  clock_.set_wall_ms(kToday + 400 * kDay);  // One day later at most, by the newest row.
  EXPECT_EQ(days_past(retention, Calendar(clock_)),
            (std::vector{kToday - 4 * kDay, kToday - 3 * kDay, kToday - 2 * kDay}));
  clock_.set_wall_ms(kToday - 400 * kDay);
  EXPECT_TRUE(days_past(retention, Calendar(clock_)).empty());
}

TEST_F(StoreTest, FindsTheFewestDaysWithoutWhichTheRestFits) {
  for (int day = 0; day < 6; ++day) store({row_at(kToday - day * kDay + 1, 1)});
  store_.reset();
  std::uint64_t bytes = 0;
  for (const std::int64_t day : list_days(options_.path)) {
    bytes += day_bytes(day_path(options_.path, day));
  }
  Retention retention{.folder = options_.path, .bytes_max = bytes, .witnesses = 1};
  EXPECT_TRUE(days_past(retention, Calendar(clock_)).empty());
  retention.bytes_max = bytes - 1;
  EXPECT_EQ(days_past(retention, Calendar(clock_)), (std::vector{kToday - 5 * kDay}));
  // The longer of the two.
  retention.days = 2;
  EXPECT_EQ(days_past(retention, Calendar(clock_)).size(), 3u);
  retention.bytes_max = 1;
  EXPECT_EQ(days_past(retention, Calendar(clock_)).size(), 4u);
}

TEST_F(StoreTest, RemovesAsManyDaysAsAreAsked) {
  for (int day = 0; day < 4; ++day) store({row_at(kToday - day * kDay + 1, 1)});
  store_.reset();
  const Removal removal =
      remove_days(options_.path, {kToday - 3 * kDay, kToday - 2 * kDay, kToday - kDay}, 2);
  EXPECT_TRUE(removal.done.has_value());
  EXPECT_EQ(removal.days, (std::vector{kToday - 3 * kDay, kToday - 2 * kDay}));
  EXPECT_EQ(list_days(options_.path), (std::vector{kToday - kDay, kToday}));
}

}  // namespace
}  // namespace penstock::store
