#include "store/sqlite/listing.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <sqlite3.h>

#include "base/text.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

constexpr Range kAll{0, kToday * 2};

class ListingTest : public StoreTest {
 protected:
  // occurred_at of a page's rows, relative to today, in minutes.
  std::vector<std::int64_t> minutes(const Range& range, const Filter& filter, Page& page) {
    std::vector<std::int64_t> found;
    auto cursor = queries().events(range, filter, page, [&](const event::Row& row) {
      found.push_back((row.record.occurred_at_ms - kToday) / kMinute);
      return true;
    });
    EXPECT_TRUE(cursor.has_value());
    page.cursor = cursor.value_or("");
    return found;
  }

  std::vector<std::int64_t> followed(std::string& position, std::uint32_t limit = 100) {
    std::vector<std::int64_t> found;
    auto next = queries().follow(position, limit, [&](const event::Row& row) {
      found.push_back((row.record.occurred_at_ms - kToday) / kMinute);
      return true;
    });
    EXPECT_TRUE(next.has_value());
    position = next.value_or("");
    return found;
  }
};

using Minutes = std::vector<std::int64_t>;

TEST_F(ListingTest, GoesNewestFirstByPagesOverDays) {
  for (const int minute : {3, -1, 5, -2, 0}) {
    store({row_at(kToday + minute * kMinute, static_cast<std::uint32_t>(minute + 10))});
  }

  Page page{2, ""};
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{5, 3}));
  ASSERT_NE(page.cursor, "");
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{0, -1}));
  ASSERT_NE(page.cursor, "");
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{-2}));
  EXPECT_EQ(page.cursor, "");
}

TEST_F(ListingTest, EndsWithoutACursorWhereThePageIsExactlyFull) {
  store({row_at(kToday, 1), row_at(kToday + kMinute, 2)});
  Page page{2, ""};
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{1, 0}));
  EXPECT_EQ(page.cursor, "");
}

// Many events have the same millisecond; a cursor between two of them must lose none.
TEST_F(ListingTest, PagesThroughRowsOfOneMillisecond) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 25; ++i) rows.push_back(row_at(kToday, i));
  store(rows);

  std::size_t seen = 0;
  Page page{4, ""};
  do {
    seen += minutes(kAll, {}, page).size();
  } while (!page.cursor.empty() && seen < 100);
  EXPECT_EQ(seen, 25u);
}

TEST_F(ListingTest, NewRowsDoNotMoveTheNextPage) {
  store({row_at(kToday, 1), row_at(kToday + kMinute, 2), row_at(kToday + 2 * kMinute, 3)});
  Page page{1, ""};
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{2}));
  store({row_at(kToday + 9 * kMinute, 4)});
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{1}));
}

TEST_F(ListingTest, KeepsToItsRangeAndFilter) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 10; ++i) {
    rows.push_back(row_at(kToday + i * kMinute, i));
    rows.back().is_bot = i % 2 == 0;
    if (i >= 5) rows.back().record.project = "other";
  }
  store(rows);

  Page page;
  EXPECT_EQ(minutes({kToday + kMinute, kToday + 3 * kMinute}, {}, page), (Minutes{2, 1}));
  Filter filter;
  filter.is_bot = true;
  EXPECT_EQ(minutes(kAll, filter, page), (Minutes{8, 6, 4, 2, 0}));
  filter.project = "default";
  EXPECT_EQ(minutes(kAll, filter, page), (Minutes{4, 2, 0}));
  filter.conditions.push_back({Dimension::kName, "signup"});
  EXPECT_EQ(minutes(kAll, filter, page), Minutes{});
}

TEST_F(ListingTest, StopsWhereTheVisitorWantsAndGoesOnFromThere) {
  store({row_at(kToday, 1), row_at(kToday + kMinute, 2), row_at(kToday + 2 * kMinute, 3)});
  Page page;
  auto cursor = queries().events(kAll, {}, page, [](const event::Row&) { return false; });
  ASSERT_TRUE(cursor.has_value());
  page.cursor = *cursor;
  EXPECT_EQ(minutes(kAll, {}, page), (Minutes{1, 0}));
}

TEST_F(ListingTest, RefusesACursorThatItNeverGave) {
  const Page page{10, "yesterday"};
  const auto cursor = queries().events(kAll, {}, page, [](const event::Row&) { return true; });
  ASSERT_FALSE(cursor.has_value());
  EXPECT_EQ(cursor.error().code, ErrorCode::kRejected);
}

TEST_F(ListingTest, ScansOldestFirstThroughManyPages) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 5'000; ++i) rows.push_back(row_at(kToday - kHour + i * 1'000, i));
  store(rows);

  std::int64_t last_ms = 0;
  std::size_t seen = 0;
  ASSERT_TRUE(queries()
                  .scan(kAll, {},
                        [&](const event::Row& row) {
                          EXPECT_GE(row.record.occurred_at_ms, last_ms);
                          last_ms = row.record.occurred_at_ms;
                          ++seen;
                          return true;
                        })
                  .has_value());
  EXPECT_EQ(seen, 5'000u);

  seen = 0;
  ASSERT_TRUE(queries().scan(kAll, {}, [&](const event::Row&) { return ++seen < 3; }).has_value());
  EXPECT_EQ(seen, 3u);
}

// Imports may have times of whole seconds or days: thousands of rows with one and the same.
TEST_F(ListingTest, ScansAndPagesThroughRowsOfOneTime) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 9'000; ++i) {
    rows.push_back(row_at(kToday, i));
    rows.back().record.received_at_ms = i;
  }
  store(rows);
  store({row_at(kToday - 1, 9'000), row_at(kToday + 1, 9'001)});
  std::size_t seen = 0;
  std::int64_t last_ms = 0;
  ASSERT_TRUE(queries().scan(kAll, {}, [&](const event::Row& row) {
    EXPECT_GE(row.record.occurred_at_ms, last_ms);
    last_ms = row.record.occurred_at_ms;
    return ++seen > 0;
  }));
  EXPECT_EQ(seen, 9'002u);

  std::set<std::int64_t> ids;
  Page page{500, ""};
  do {
    std::size_t rows_of_page = 0;
    page.cursor = queries()
                      .events(kAll, {}, page,
                              [&](const event::Row& row) {
                                ids.insert(row.record.received_at_ms);
                                return ++rows_of_page > 0;
                              })
                      .value();
    EXPECT_TRUE(rows_of_page == page.limit || page.cursor.empty());
  } while (!page.cursor.empty());
  EXPECT_EQ(ids.size(), 9'002u);
}

TEST_F(ListingTest, RefusesCursorsThatNoRowHas) {
  store({row_at(kToday, 1)});
  for (const char* cursor : {"9223372036854775807.1", "-1.1", "1.-1", "253402300800000.5"}) {
    const auto answer =
        queries().events(kAll, {}, {10, cursor}, [](const event::Row&) { return true; });
    ASSERT_FALSE(answer.has_value()) << cursor;
    EXPECT_EQ(answer.error().code, ErrorCode::kRejected);
  }
}

TEST_F(ListingTest, FollowsInTheOrderOfStoringOverAllDays) {
  store({row_at(kToday, 1)});
  std::string position;
  EXPECT_EQ(followed(position), Minutes{});
  ASSERT_NE(position, "");

  store({row_at(kToday + 5 * kMinute, 2)});
  store({row_at(kToday - 3 * kMinute, 3)});
  store({row_at(kToday + kMinute, 4), row_at(kToday - 9 * kMinute, 5)});
  // Within a batch, days are stored in their order.
  EXPECT_EQ(followed(position), (Minutes{5, -3, -9, 1}));
  EXPECT_EQ(followed(position), Minutes{});
}

// Late events change more files than a tail looks at, and today's before them.
TEST_F(ListingTest, FollowsTodayWhileManyOldDaysChange) {
  constexpr int kOldDays = 20;
  std::vector<event::Row> rows = {row_at(kToday, 1)};
  for (int day = 0; day < kOldDays; ++day) rows.push_back(row_at(kToday - (20 + day) * kDay, 1));
  clock_.set_wall_ms(SystemClock().wall_ms());  // As the files' times of change.
  store(rows);
  std::string position;
  followed(position);
  for (event::Row& row : rows) row = row_at(row.record.occurred_at_ms + kMinute, 2);
  clock_.set_wall_ms(SystemClock().wall_ms());
  store(rows);
  const Minutes found = followed(position);
  EXPECT_EQ(found.size(), rows.size());
  EXPECT_EQ(std::count(found.begin(), found.end(), 1), 1);
}

TEST_F(ListingTest, FollowsByLimitedSteps) {
  std::string position;
  followed(position);
  for (std::uint32_t i = 0; i < 7; ++i) store({row_at(kToday + i * kMinute, i)});

  EXPECT_EQ(followed(position, 3), (Minutes{0, 1, 2}));
  EXPECT_EQ(followed(position, 3), (Minutes{3, 4, 5}));
  EXPECT_EQ(followed(position, 3), (Minutes{6}));
}

TEST_F(ListingTest, FollowsFromAnEmptyStore) {
  std::string position;
  EXPECT_EQ(followed(position), Minutes{});
  store({row_at(kToday + kMinute, 1)});
  EXPECT_EQ(followed(position), (Minutes{1}));
}

// Neither an end nor the same place again and again.
TEST_F(ListingTest, FollowsPastADayThatIsDamagedInItsMiddle) {
  constexpr std::uint32_t kRows = 2'000;
  const std::int64_t damaged = kToday - kDay;
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < kRows; ++i) rows.push_back(row_at(damaged + i, i));
  store(rows);
  for (std::uint32_t i = 0; i < 5; ++i) store({row_at(kToday + i * kMinute, kRows + i)});
  store_.reset();
  damage_rows(damaged);

  std::string position = "1";
  std::vector<std::int64_t> seen;
  for (int polls = 0; polls < 20 && queries().missing_days().empty(); ++polls) {
    const auto found = followed(position, 300);
    seen.insert(seen.end(), found.begin(), found.end());
  }
  EXPECT_EQ(queries().missing_days(), std::vector{damaged});
  ASSERT_GT(seen.size(), kRows / 3);
  EXPECT_LT(seen.size(), kRows * 2 / 3);
  seen.erase(seen.begin(), seen.end() - 5);
  EXPECT_EQ(seen, (Minutes{0, 1, 2, 3, 4}));
  EXPECT_EQ(followed(position), Minutes{});

  open_store();
  store({row_at(damaged + 5'000, kRows + 7), row_at(kToday + 9 * kMinute, kRows + 8)});
  EXPECT_EQ(followed(position).back(), 9);
}

// Also where the scan has found some of them before it met the damage.
TEST_F(ListingTest, DamagedColumnsHideNoRows) {
  std::vector<event::Row> rows;
  Minutes all;
  for (std::uint32_t i = 0; i < 500; ++i) {
    rows.push_back(row_at(kToday + i * kMinute, i));
    all.push_back(i);
  }
  store(rows);
  const auto key = dictionary_key_of(options_.path);
  {
    auto file = DayFile::open(day_path(options_.path, kToday));
    ASSERT_TRUE(file && seal_day(**file, key, true, [] { return true; }).value_or(false));
  }
  store_.reset();
  auto database = sqlite::Database::open(day_path(options_.path, kToday), {});
  ASSERT_TRUE(database && database->execute("UPDATE blocks SET bytes = x'ff'"));

  Minutes scanned;
  const auto scan = [&](const Filter& filter) {
    scanned.clear();
    return queries().scan(kAll, filter, [&](const event::Row& row) {
      scanned.push_back((row.record.occurred_at_ms - kToday) / kMinute);
      return true;
    });
  };
  ASSERT_TRUE(scan({}));
  EXPECT_EQ(scanned, all);
  EXPECT_EQ(queries().missing_days(), std::vector<std::int64_t>());

  Page page{300, ""};
  Minutes listed = minutes(kAll, {}, page);
  ASSERT_NE(page.cursor, "");
  for (const std::int64_t minute : minutes(kAll, {}, page)) listed.push_back(minute);
  std::reverse(all.begin(), all.end());
  EXPECT_EQ(listed, all);

  // Whose rows they are is told by columns.
  ASSERT_TRUE(scan({"shop", {}, {}}));
  EXPECT_EQ(scanned, Minutes());
  EXPECT_EQ(queries().missing_days(), std::vector{kToday});
}

// Which may have any number of rows, and an index by time.
TEST_F(ListingTest, ListsADayFromBeforeColumns) {
  constexpr std::int64_t kOldDay = 1'795'478'400'000;  // 2026-11-24.
  const std::string path = day_path(options_.path, kOldDay);
  std::filesystem::copy_file(
      str_cat(PENSTOCK_SOURCE_DIR, "/tests/store/version_1/", day_text(kOldDay), ".db"), path);
  {
    auto database = sqlite::Database::open(path, {});
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("DELETE FROM events"));
    ASSERT_TRUE(database->execute(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 699) "
        "INSERT INTO events (id, project, name, occurred_at) "
        "SELECT randomblob(16), 'default', 'view', 1795478400000 + i * 7919 % 350 * 60000 FROM n"));
  }
  const auto minute_of = [](const event::Row& row) {
    return (row.record.occurred_at_ms - kOldDay) / kMinute;
  };
  Minutes all;
  for (std::int64_t i = 0; i < 700; ++i) all.push_back(i / 2);

  const Range range{kOldDay, kOldDay + kDay};
  Minutes scanned;
  ASSERT_TRUE(queries().scan(range, {}, [&](const event::Row& row) {
    scanned.push_back(minute_of(row));
    return true;
  }));
  EXPECT_EQ(scanned, all);

  Minutes listed;
  Page page{99, ""};
  do {
    page.cursor = queries()
                      .events(range, {}, page,
                              [&](const event::Row& row) {
                                listed.push_back(minute_of(row));
                                return true;
                              })
                      .value();
  } while (!page.cursor.empty());
  std::reverse(all.begin(), all.end());
  EXPECT_EQ(listed, all);
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), 1);
}

TEST_F(ListingTest, FindsOneEventByItsId) {
  const event::Row row = row_at(kToday + kMinute, 1);
  store({row, row_at(kToday, 2)});

  auto json = queries().event_json(row.record.id.hex());
  ASSERT_TRUE(json.has_value() && json->has_value());
  EXPECT_NE((*json)->find(row.record.id.hex()), std::string::npos);
  EXPECT_FALSE(queries().event_json(row_at(kToday, 9).record.id.hex()).value().has_value());
  EXPECT_FALSE(queries().event_json("no id").value().has_value());
}

// An id that another program chose says nothing of the day.
TEST_F(ListingTest, FindsAnEventWhoseIdNamesAnotherDay) {
  event::Row row = row_at(kToday, 1);
  row.record.id = event::with_time(row.record.id, kToday + 5'000 * kDay);
  store({row, row_at(kToday - kDay, 2)});

  EXPECT_EQ(list_days(options_.path).size(), 2u);
  EXPECT_TRUE(queries().event_json(row.record.id.hex()).value().has_value());
}

// Hundreds of days, each with its cache of pages, would be hundreds of megabytes.
TEST_F(ListingTest, KeepsNoDaysPagesBehindAnExport) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 2'000; ++i) rows.push_back(row_at(kToday + i, i));
  store(rows);
  DayReaders days(options_.path);
  DayScan scan(days);
  Listing listing(days, scan);
  const auto cached_bytes = [&days] {
    int bytes = 0;
    int most = 0;
    sqlite3_db_status(days.open(kToday).value()->database().handle(), SQLITE_DBSTATUS_CACHE_USED,
                      &bytes, &most, 0);
    return bytes;
  };
  constexpr int kBytesMax = 100'000;  // All rows are 400,000.
  std::size_t count = 0;
  const auto visit = [&count](const event::Row&) {
    ++count;
    return true;
  };
  ASSERT_TRUE(listing.scan({kToday, kToday + kDay}, {}, visit));
  EXPECT_EQ(count, rows.size());
  EXPECT_LT(cached_bytes(), kBytesMax);
  ASSERT_TRUE(listing.events({kToday, kToday + kDay}, {}, {1'000, ""}, visit));
  EXPECT_EQ(count, rows.size() + 1'000);
  EXPECT_LT(cached_bytes(), kBytesMax);
  // A list that finds little and reads all of it.
  Filter rare;
  rare.conditions = {{Dimension::kPath, "/"}, {Dimension::kBrowser, "none of that"}};
  ASSERT_TRUE(listing.events({kToday, kToday + kDay}, rare, {100, ""}, visit));
  EXPECT_LT(cached_bytes(), kBytesMax);
}

}  // namespace
}  // namespace penstock::store
