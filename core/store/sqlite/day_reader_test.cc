#include "store/sqlite/day_reader.h"

#include <fstream>

#include "store/rollup/rollup_sink.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

TEST_F(StoreTest, ReaderOfAnAbsentDayIsNull) {
  DayReaders readers(dir_.path("none"));
  EXPECT_EQ(readers.open(kToday).value(), nullptr);
  EXPECT_TRUE(readers.days(0, kToday * 2).empty());
  EXPECT_FALSE(std::filesystem::exists(dir_.path("none")));
}

// The moment between the worker's creating a file and its tables.
TEST_F(StoreTest, ReaderOfAFileWithoutTablesIsNullUntilItHasSome) {
  std::ofstream(day_path(options_.path, kToday)) << "";
  DayReaders readers(options_.path);
  EXPECT_EQ(readers.open(kToday).value(), nullptr);
  EXPECT_FALSE(std::filesystem::exists(day_path(options_.path, kToday) + "-shm"));

  store({row_at(kToday, 1)});
  EXPECT_NE(readers.open(kToday).value(), nullptr);
}

TEST_F(StoreTest, ReaderNoticesAReplacedFile) {
  store({row_at(kToday, 1)});
  DayReaders readers(options_.path);
  ASSERT_NE(readers.open(kToday).value(), nullptr);

  ASSERT_TRUE(remove_day(day_path(options_.path, kToday)));
  EXPECT_EQ(readers.open(kToday).value(), nullptr);
  store({row_at(kToday, 3), row_at(kToday + 1, 2)});
  DayReader* const reader = readers.open(kToday).value();
  ASSERT_NE(reader, nullptr);
  std::uint64_t events = 0;
  const std::int64_t today_s = kToday / 1'000;
  ASSERT_TRUE(reader
                  ->counts({kDayS, today_s, today_s + kDayS}, "default", kTotalCode,
                           [&](std::int64_t, std::uint64_t count) { events += count; })
                  .has_value());
  EXPECT_EQ(events, 2u);
}

TEST_F(StoreTest, ReaderRefusesANewerVersion) {
  auto database = sqlite::Database::open(day_path(options_.path, kToday), {});
  ASSERT_TRUE(database->execute("PRAGMA user_version = 7").has_value());

  DayReaders readers(options_.path);
  const auto reader = readers.open(kToday);
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().code, ErrorCode::kConfiguration);
}

TEST_F(StoreTest, ReaderFindsProjects) {
  std::vector<event::Row> rows;
  for (const std::string_view project : {"shop", "blog", "shop", "app"}) {
    rows.push_back(row_at(kToday, static_cast<std::uint32_t>(rows.size())));
    rows.back().record.project = project;
  }
  store(rows);
  DayReaders readers(options_.path);
  DayReader* const reader = readers.open(kToday).value();

  EXPECT_EQ(reader->projects("").value(), (std::vector<std::string>{"", "app", "blog", "shop"}));
  EXPECT_EQ(reader->projects("shop").value(), (std::vector<std::string>{"shop"}));
}

TEST_F(StoreTest, ReadersListDaysThatARangeTouches) {
  store({row_at(kToday - kDay, 1), row_at(kToday, 2), row_at(kToday + kDay, 3)});
  const DayReaders readers(options_.path);

  EXPECT_EQ(readers.days(kToday, kToday + 1), (std::vector<std::int64_t>{kToday}));
  EXPECT_EQ(readers.days(kToday - 1, kToday), (std::vector<std::int64_t>{kToday - kDay}));
  EXPECT_EQ(readers.days(0, kToday * 2).size(), 3u);
  EXPECT_EQ(readers.recently_changed(16).size(), 3u);
  EXPECT_EQ(readers.recently_changed(1).size(), 1u);
}

TEST_F(StoreTest, ReadersKeepALimitedNumberOpen) {
  std::vector<event::Row> rows;
  for (int day = 0; day < static_cast<int>(DayReaders::kOpenMax) + 5; ++day) {
    rows.push_back(row_at(kToday - day * kDay + 1, 1));
  }
  store(rows);
  DayReaders readers(options_.path);
  for (int round = 0; round < 2; ++round) {
    for (const event::Row& row : rows) {
      EXPECT_NE(readers.open(event::start_of_day(row.record.occurred_at_ms)).value(), nullptr);
    }
  }
}

}  // namespace
}  // namespace penstock::store
