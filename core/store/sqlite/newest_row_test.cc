#include "store/sqlite/newest_row.h"

#include <chrono>
#include <filesystem>

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

constexpr Range kTwoDays{kToday - kDay, kToday + kDay};

class NewestRowTest : public ColumnsTest {
 protected:
  // Received a second before it is stored.
  void store_one(std::int64_t at_ms, std::string_view path) {
    clock_.advance_ms(kMinute);
    event::Row row = row_at(at_ms, ++number_);
    row.path = path;
    row.record.received_at_ms = clock_.wall_ms() - 1'000;
    store({row});
    received_ms_ = row.record.received_at_ms;
  }
  std::optional<std::int64_t> received(const Filter& filter, const Range& range = kTwoDays) {
    DayReaders days(options_.path);
    DayScan scan(days);
    return NewestRow(days, scan).received_ms(range, filter).value();
  }
  static Filter is(std::string_view path) {
    return {"", {{Dimension::kPath, std::string(path)}}, std::nullopt};
  }

  std::uint32_t number_ = 0;
  std::int64_t received_ms_ = 0;  // Of the last one.
};

TEST_F(NewestRowTest, IsTheLastStoredWhateverItsTimeSays) {
  EXPECT_EQ(received({}), std::nullopt);
  store_one(kToday + 5 * kHour, "/a");
  const std::int64_t of_a = received_ms_;
  store_one(kToday + kHour, "/late");  // Of the same day,
  EXPECT_EQ(received({}), received_ms_);
  const std::int64_t of_late = received_ms_;
  store_one(kToday - kHour, "/later");  // and of the day before.
  EXPECT_EQ(received({}), received_ms_);
  EXPECT_EQ(received(is("/a")), of_a);
  EXPECT_EQ(received({}, {kToday, kToday + kDay}), of_late);
  EXPECT_EQ(received(is("/none")), std::nullopt);
  store_one(kToday + 2 * kHour, "/a");
  EXPECT_EQ(received({}), received_ms_);
}

// In sealed chunks, behind them, and among rows that were changed since.
TEST_F(NewestRowTest, IsFoundInEveryPart) {
  for (const std::int64_t day_ms : {kToday - kDay, kToday}) {
    std::vector<event::Row> rows;
    for (std::uint32_t i = 0; i < 2 * kChunkRowsMax + 10; ++i) {
      rows.push_back(row_at(day_ms + i, ++number_));
      rows.back().path = i == 7 ? "/once" : "/many";
      rows.back().record.received_at_ms = clock_.wall_ms() + i;
    }
    clock_.advance_ms(kMinute);
    store(rows);
  }
  const std::int64_t first_ms = clock_.wall_ms() - kMinute;
  EXPECT_EQ(received({}), first_ms + 2 * kChunkRowsMax + 9);
  EXPECT_EQ(received(is("/once")), first_ms + 7);
  run(kToday,
      "UPDATE events SET path = '/once' WHERE rowid = (SELECT rowid FROM events ORDER BY rowid "
      "DESC "
      "LIMIT 1 OFFSET 1000)");
  const auto changed = number(kToday, "SELECT max(received_at) FROM events WHERE path = '/once'");
  EXPECT_GT(changed, first_ms + 7);
  EXPECT_EQ(received(is("/once")), changed);
}

// A day whose file was last written before is not looked at.
TEST_F(NewestRowTest, LooksAtDaysThatHaveChangedSince) {
  store_one(kToday + kHour, "/a");
  store_one(kToday - kHour, "/late");
  const std::int64_t of_late = received_ms_;
  store_.reset();
  EXPECT_EQ(received({}), of_late);
  using std::filesystem::file_time_type;
  const auto long_ago = file_time_type::clock::now() - std::chrono::hours(24 * 365 * 30);
  std::filesystem::last_write_time(day_path(options_.path, kToday - kDay), long_ago);
  EXPECT_LT(received({}), of_late);
}

}  // namespace
}  // namespace penstock::store
