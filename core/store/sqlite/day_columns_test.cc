#include "store/sqlite/day_columns.h"

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "store/contract/dimension.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

// The paths of a day's rows with how often each is there.
using Paths = std::map<std::string, int>;

class DayColumnsTest : public ColumnsTest {
 protected:
  Paths by_columns(DayColumns& columns) {
    Paths paths;
    const auto read = columns.read([&](const ColumnPart& part) -> Result<void> {
      for (const ChunkInfo& chunk : part.columns->chunks()) {
        std::vector<std::int64_t> rows(chunk.rows);
        std::vector<std::uint32_t> codes(chunk.rows);
        PENSTOCK_TRY(part.columns->rows(chunk, rows));
        auto kept = part.columns->codes(chunk, column_number(Dimension::kPath), codes);
        if (!kept) return fail(kept.error());
        for (std::uint32_t i = 0; i < chunk.rows; ++i) {
          if (std::binary_search(part.changed_rows.begin(), part.changed_rows.end(), rows[i])) {
            continue;
          }
          auto path = part.columns->text(column_number(Dimension::kPath), codes[i]);
          if (!path) return fail(path.error());
          ++paths[*path];
        }
      }
      return {};
    });
    EXPECT_TRUE(read.has_value());
    return paths;
  }
  Paths by_rows() {
    Paths paths;
    auto rows = database_->prepare("SELECT path, count(*) FROM events GROUP BY path");
    while (rows->step().value_or(false)) {
      paths[std::string(dimension_value(rows->text(0)))] += static_cast<int>(rows->integer(1));
    }
    return paths;
  }
  void open_day() {
    database_.reset();
    database_.emplace(sqlite::Database::open(day_path(options_.path, kToday),
                                             {.access = sqlite::Access::kReadOnly})
                          .value());
    columns_ = std::make_unique<DayColumns>(*database_);
  }
  void expect_equal(const char* when) {
    // One that has looked before, and one that looks for the first time.
    EXPECT_EQ(by_columns(*columns_), by_rows()) << when;
    DayColumns fresh(*database_);
    EXPECT_EQ(by_columns(fresh), by_rows()) << when;
  }

  VariedRows rows_{3};
  std::optional<sqlite::Database> database_;
  std::unique_ptr<DayColumns> columns_;
};

TEST_F(DayColumnsTest, HaveEachRowOnce) {
  store(rows_.some(kToday, 10));
  open_day();
  expect_equal("a tail alone");
  store(rows_.some(kToday, 20));
  expect_equal("a longer tail");
  store(rows_.some(kToday, kChunkRowsMax));
  expect_equal("a chunk and a tail");
  store(rows_.some(kToday, 5));
  expect_equal("a tail that goes on");
  gather_all();
  expect_equal("an unfinished chunk");
  store(rows_.some(kToday, 5));
  expect_equal("a tail behind it");
}

TEST_F(DayColumnsTest, HaveRowsAsTheyAreNow) {
  store(rows_.some(kToday, 300));
  gather_all();
  store(rows_.some(kToday, 100));
  open_day();
  expect_equal("before");
  for (const char* sql : {"UPDATE events SET path = '/changed' WHERE rowid % 7 = 0",
                          "DELETE FROM events WHERE rowid % 5 = 0",
                          "UPDATE events SET path = '/again' WHERE rowid % 7 = 0"}) {
    run(kToday, sql);
    expect_equal(sql);
  }
  store(rows_.some(kToday, 10));
  expect_equal("with new ones");
  gather_all();
  expect_equal("sealed anew");
}

// As the day of a worker before there were columns.
TEST_F(DayColumnsTest, SeeADayWithoutChunksByPieces) {
  store(rows_.some(kToday, 2 * kChunkRowsMax + 10));
  store_.reset();
  run(kToday, "DELETE FROM chunks; DELETE FROM blocks; DELETE FROM dictionary_key");
  open_store();
  open_day();
  expect_equal("no chunks");
  gather_all();
  expect_equal("all of them sealed by a new hand");
  EXPECT_EQ(fault(kToday), "");
}

// What is kept of a filter is of the file as it was: anybody's commit ends it.
TEST_F(DayColumnsTest, AnswerTheSameFilterAnewWhereAnythingWasWritten) {
  const Filter filter{"", {{Dimension::kPath, "/changed"}}, {}};
  const auto others = *open_sqlite_queries(options_.path);
  const auto expect_count = [&](const char* when) {
    // One after the other, and what one has learned is the other's too.
    for (Queries* asked : {&queries(), others.get(), &queries(), others.get()}) {
      const auto summary = asked->summary({kToday, kToday + kDay}, filter);
      ASSERT_TRUE(summary.has_value()) << when;
      EXPECT_EQ(static_cast<std::int64_t>(summary->events),
                number(kToday, "SELECT count(*) FROM events WHERE path = '/changed'"))
          << when;
    }
  };
  store(rows_.some(kToday, 2 * kChunkRowsMax));
  expect_count("none yet");
  run(kToday, "UPDATE events SET path = '/changed' WHERE rowid % 7 = 0");
  expect_count("changed");
  gather_all();
  expect_count("sealed anew");
  run(kToday, "UPDATE events SET path = '/changed' WHERE rowid % 5 = 0");
  gather_all();
  expect_count("changed and sealed anew");
  run(kToday, "DELETE FROM events WHERE rowid % 14 = 0");
  expect_count("deleted");
  gather_all();
  expect_count("and sealed anew");
  store(rows_.some(kToday, 20));
  expect_count("with new ones");
}

// What one thread keeps of a filter another one finds, also while somebody writes.
TEST_F(DayColumnsTest, AnswerManyAtOnceWithTheSameFilters) {
  store(rows_.some(kToday, 2 * kChunkRowsMax));
  std::vector<std::pair<Filter, std::int64_t>> filters;
  for (int i = 0; i < 7; ++i) {
    Filter filter{"", {{Dimension::kPath, str_cat("/path/", i)}}, {}};
    const std::string sql = str_cat("SELECT count(*) FROM events WHERE path = '/path/", i, "'");
    filters.emplace_back(filter, number(kToday, sql));
    filter.is_bot = false;
    filters.emplace_back(filter, number(kToday, sql + " AND NOT is_bot"));
  }
  std::atomic<int> running = 3;
  std::vector<std::thread> threads;
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    threads.emplace_back([&, seed] {
      const auto mine = *open_sqlite_queries(options_.path);
      std::mt19937 random(seed);
      for (int i = 0; i < 60; ++i) {
        const auto& [filter, count] = filters[random() % filters.size()];
        const auto summary = mine->summary({kToday, kToday + kDay}, filter);
        EXPECT_TRUE(summary && static_cast<std::int64_t>(summary->events) == count) << i;
      }
      --running;
    });
  }
  // Other masks from then on, and the same answers.
  while (running > 0) run(kToday, "UPDATE events SET host = host WHERE rowid % 5000 = 0");
  for (std::thread& thread : threads) thread.join();
}

TEST_F(DayColumnsTest, PassAFailureOnAndCanBeAskedAgain) {
  store(rows_.some(kToday, 10));
  open_day();
  const auto failed = columns_->read(
      [](const ColumnPart&) -> Result<void> { return fail(ErrorCode::kOverloaded, "ask"); });
  EXPECT_FALSE(failed);
  expect_equal("again");
}

}  // namespace
}  // namespace penstock::store
