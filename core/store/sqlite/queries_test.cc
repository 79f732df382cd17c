#include "store/sqlite/queries.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
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

// Every look at it is a millisecond later.
class TickingClock final : public Clock {
 public:
  std::int64_t wall_ms() const override { return kToday; }
  std::int64_t mono_us() const override { return now_us_ += 1'000; }

 private:
  mutable std::int64_t now_us_ = 0;
};

TEST_F(StoreTest, QueriesEndAtTheirDeadline) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 5'000; ++i) rows.push_back(row_at(kToday + i, i));
  store(rows);
  const TickingClock clock;
  Filter rare;
  rare.conditions = {{Dimension::kPath, "/"}, {Dimension::kCountry, "XX"}};
  const Range range{kToday, kToday + kDay};
  const auto any = [](const event::Row&) { return true; };
  Queries& asked = queries();
  const auto late = [&]() -> Queries& {
    return asked.within({&clock, clock.mono_us() + 3'000, nullptr});
  };
  const auto is_late = [](const auto& answer) {
    return !answer && answer.error().code == ErrorCode::kOverloaded &&
           std::string(answer.error().step).find("too much for this range") == 0;
  };
  EXPECT_TRUE(is_late(late().scan(range, {}, any)));
  EXPECT_TRUE(is_late(late().summary(range, rare)));
  EXPECT_TRUE(is_late(late().timeseries(range, 60, rare)));
  EXPECT_TRUE(is_late(late().top(range, Dimension::kOs, rare, 5)));

  std::atomic<bool> is_cancelled{true};
  const auto given_up = asked.within({nullptr, 0, &is_cancelled}).summary(range, {});
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(given_up.error().native, ECANCELED);
  is_cancelled = false;
  EXPECT_TRUE(asked.summary(range, {}).has_value());
  // And the next question is as good as ever.
  EXPECT_EQ(asked.within({}).summary(range, {})->events, 5'000u);
}

// Also the list of what does not exist, which would read every row to find none.
TEST_F(StoreTest, ListsOfAbsentValuesReadNoRows) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 5'000; ++i) rows.push_back(row_at(kToday + i, i));
  store(rows);
  const TickingClock clock;
  Filter absent;
  absent.conditions = {{Dimension::kPath, "/nothing"}};
  const auto list = [&] {
    return queries().events({0, kToday * 2}, absent, {}, [](const event::Row&) { return true; });
  };
  // What was stored since the last chunk is read once.
  EXPECT_TRUE(list().has_value());
  queries().within({&clock, clock.mono_us() + 3'000, nullptr});
  EXPECT_TRUE(list().has_value());
}

TEST_F(StoreTest, QueriesShowWhatTheyCanAndNameTheDaysThatAreMissing) {
  store({row_at(kToday - 2 * kDay, 1), row_at(kToday - kDay, 2), row_at(kToday, 3)});
  store_.reset();
  const std::string bad = day_path(options_.path, kToday - kDay);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(bad + suffix);
  std::ofstream(bad, std::ios::trunc) << "hello";

  const Range range{kToday - 5 * kDay, kToday + kDay};
  const std::vector<std::int64_t> missing{kToday - kDay};
  EXPECT_EQ(queries().summary(range, {})->events, 2u);
  EXPECT_EQ(queries().missing_days(), missing);
  EXPECT_TRUE(queries().timeseries(range, 3'600, {}).has_value());
  EXPECT_EQ(queries().missing_days(), missing);
  EXPECT_TRUE(queries().top(range, Dimension::kPath, {}, 5).has_value());
  EXPECT_EQ(queries().missing_days(), missing);
  int rows = 0;
  const auto count = [&](const event::Row&) { return ++rows > 0; };
  EXPECT_TRUE(queries().events(range, {}, {}, count).has_value());
  EXPECT_EQ(queries().missing_days(), missing);
  EXPECT_TRUE(queries().scan(range, {}, count).has_value());
  EXPECT_EQ(queries().missing_days(), missing);
  EXPECT_EQ(rows, 4);
  EXPECT_TRUE(queries().follow("", 10, count).has_value());
  EXPECT_TRUE(queries().event_json(std::string(32, '0')).has_value());
  // Days that the question does not touch are not missed.
  EXPECT_EQ(queries().summary({kToday, kToday + kDay}, {})->events, 1u);
  EXPECT_TRUE(queries().missing_days().empty());
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
