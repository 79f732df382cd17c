#include "store/sqlite/queries.h"

#include <atomic>
#include <cstdio>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

TEST(Queries, OfAnAbsentFolderFindNothingAndMakeNothing) {
  const testing::TempDir dir;
  auto queries = open_sqlite_queries(dir.path("events"));
  ASSERT_TRUE(queries.has_value());
  const Range range{kToday, kToday + kDay};

  EXPECT_EQ((*queries)->summary(range, {})->events, 0u);
  EXPECT_EQ((*queries)->timeseries(range, 3'600, {})->events.size(), 24u);
  EXPECT_TRUE((*queries)->top(range, Dimension::kPath, {}, 10)->empty());
  EXPECT_EQ((*queries)->events(range, {}, {}, [](const event::Row&) { return true; }).value(), "");
  EXPECT_EQ((*queries)->follow("", 10, [](const event::Row&) { return true; }).value(), "0");
  EXPECT_FALSE(std::filesystem::exists(dir.path("events")));
}

TEST_F(StoreTest, QueriesSeeWhatWasStoredSinceTheyWereOpened) {
  const Range range{kToday, kToday + kDay};
  EXPECT_EQ(queries().summary(range, {})->events, 0u);
  store({row_at(kToday + 1, 1)});
  EXPECT_EQ(queries().summary(range, {})->events, 1u);
  store({row_at(kToday + 2, 2)});
  EXPECT_EQ(queries().summary(range, {})->events, 2u);
  ASSERT_TRUE(remove_day(day_path(options_.path, kToday)));
  EXPECT_EQ(queries().summary(range, {})->events, 0u);
}

// The console may run where it may not write: a closed day must not need a file beside it.
TEST_F(StoreTest, QueriesReadAClosedStoreInAFolderThatCannotBeWritten) {
  store({row_at(kToday + 1, 1), row_at(kToday - 1, 2)});
  store_.reset();
  if (geteuid() == 0) {
    // Root may write everywhere; what can be checked is that nothing is made.
    EXPECT_EQ(queries().summary({0, kToday * 2}, {})->events, 2u);
  } else {
    ASSERT_EQ(chmod(options_.path.c_str(), 0500), 0);
    EXPECT_EQ(queries().summary({0, kToday * 2}, {})->events, 2u);
    ASSERT_EQ(chmod(options_.path.c_str(), 0700), 0);
  }
  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name.ends_with(".db") || name == "writer.lock") << name;
  }
}

// What a worker leaves that was killed: its journal holds the rows.
TEST_F(StoreTest, QueriesReadWhatAKilledWorkerLeft) {
  store({row_at(kToday + 1, 1)});
  const std::string copy = dir_.path("copy");
  std::filesystem::copy(options_.path, copy);  // Taken while it is open, as a kill would leave it.
  ASSERT_TRUE(std::filesystem::exists(day_path(copy, kToday) + "-wal"));

  auto queries = open_sqlite_queries(copy);
  EXPECT_EQ((*queries)->summary({kToday, kToday + kDay}, {})->events, 1u);
}

// Every answer must be one that was true at some moment: rows and rollups change together.
TEST_F(StoreTest, QueriesReadWhileTheWriterWritesAndDaysComeAndGo) {
  options_.retention_days = 3;
  open_store();
  std::atomic<bool> is_done{false};
  std::atomic<std::uint64_t> answers{0};
  std::thread reader([&] {
    auto queries = *open_sqlite_queries(options_.path);
    std::uint64_t before = 0;
    while (!is_done) {
      const auto summary = queries->summary({kToday, kToday + kDay}, {});
      ASSERT_TRUE(summary.has_value()) << to_text(summary.error());
      ASSERT_GE(summary->events, before);
      ASSERT_EQ(summary->events % 10, 0u);
      before = summary->events;
      const auto all = queries->summary({0, kToday * 2}, {});
      ASSERT_TRUE(all.has_value()) << to_text(all.error());
      const auto page = queries->events({0, kToday * 2}, {}, Page{50, ""},
                                        [](const event::Row&) { return true; });
      ASSERT_TRUE(page.has_value()) << to_text(page.error());
      ++answers;
    }
  });

  for (std::uint32_t i = 0; i < 60 || answers < 5; ++i) {
    std::vector<event::Row> rows;
    for (std::uint32_t n = 0; n < 10; ++n) rows.push_back(row_at(kToday + n, i * 10 + n));
    rows.push_back(row_at(kToday - (i % 20) * kDay - 1, i));
    store(rows);
    if (i % 5 == 0) {
      EXPECT_TRUE(prune_sqlite_store(options_, clock_, false).has_value());
    }
    if (i % 20 == 0) open_store();
  }
  is_done = true;
  reader.join();
}

TEST_F(StoreTest, TheSqliteToolReadsARunningStore) {
  store({row_at(kToday + 1, 1)});
  const std::string command = str_cat("sqlite3 -readonly ", day_path(options_.path, kToday),
                                      " \"SELECT count(*), name FROM events\" 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char line[200] = "";
  const bool has_line = std::fgets(line, sizeof line, pipe) != nullptr;
  if (const int status = pclose(pipe); WEXITSTATUS(status) == 127) {
    GTEST_SKIP() << "the sqlite3 tool is not installed";
  }
  ASSERT_TRUE(has_line);
  EXPECT_STREQ(line, "1|pageview\n");
  EXPECT_EQ(store({row_at(kToday + 2, 2)}).stored, 1u);
}

}  // namespace
}  // namespace penstock::store
