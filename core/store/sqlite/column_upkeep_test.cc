#include "store/sqlite/column_upkeep.h"

#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class ColumnUpkeepTest : public ColumnsTest {
 protected:
  std::int64_t in_chunks(std::int64_t day_ms) {
    return number(day_ms, "SELECT ifnull(sum(rows), 0) FROM chunks");
  }

  VariedRows rows_{5};
};

TEST_F(ColumnUpkeepTest, SealsDaysOnceTheyRest) {
  clock_.set_wall_ms(kToday - kMinute);
  store(rows_.some(kToday - kDay, 30));
  store(rows_.some(kToday, 20));
  clock_.set_wall_ms(kToday + kRestMs - 1);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 0);
  clock_.set_wall_ms(kToday + kRestMs);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 30);
  EXPECT_EQ(in_chunks(kToday), 0);

  // What comes late makes it due again, once nothing more comes.
  store(rows_.some(kToday - kDay, 3));
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 30);
  clock_.advance_ms(kRestMs + kMinute);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 33);
}

// Of a worker of before: rows and counts of everything.
TEST_F(ColumnUpkeepTest, ConvertsAnOlderDayAndMayBeCutOffAnywhere) {
  store(rows_.some(kToday, 2 * kChunkRowsMax + 7));
  run(kToday,
      "DELETE FROM chunks; DELETE FROM blocks; DELETE FROM dictionary_key;"
      "INSERT INTO counts (step, project, dimension, at, value, events) SELECT 60, project, 4, "
      "rowid, path, 1 FROM events WHERE rowid % 3 = 0;"
      "INSERT INTO counts (step, project, dimension, at, value, events) SELECT 86400, project, 4, "
      "rowid, path, 1 FROM events WHERE rowid % 3 = 0");
  const std::string path = day_path(options_.path, kToday);
  const std::int64_t later_ms = kToday + 3 * kDay;
  EXPECT_EQ(sealing_of(path, true, later_ms), Sealing::kDue);
  EXPECT_EQ(sealing_of(path, true, clock_.wall_ms() - kMinute), Sealing::kLater);
  OpenDays days(options_.path);
  const crypto::HashKey key = dictionary_key_of(options_.path);
  std::int64_t before = -1;
  int steps = 0;
  for (bool is_done = false; !is_done; ++steps) {
    EXPECT_EQ(fault(kToday), "");
    // Another process goes on.
    auto file = DayFile::open(path);
    ASSERT_TRUE(file.has_value());
    is_done = seal_day(**file, key, true, [] { return false; }).value();
    EXPECT_GE(in_chunks(kToday), before);
    before = in_chunks(kToday);
  }
  EXPECT_GT(steps, 4);
  EXPECT_EQ(before, 2 * std::int64_t{kChunkRowsMax} + 7);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM counts WHERE step = 60 OR dimension > 1"), 0);
  EXPECT_EQ(fault(kToday), "");
  EXPECT_EQ(sealing_of(path, true, later_ms), Sealing::kNothing);
}

// In the day that goes on too, where nothing else is sealed before it is over.
TEST_F(ColumnUpkeepTest, CountsADayAnewWhereRowsWereChanged) {
  store(rows_.some(kToday, kChunkRowsMax + 40));
  const Range day{kToday, kToday + kDay};
  const auto events = [&] { return queries().summary(day, {})->events; };
  const auto counted = [&] {
    return number(kToday,
                  "SELECT events FROM counts WHERE step = 86400 AND dimension = 0 AND "
                  "project = 'default'");
  };
  const auto stored = [&] {
    return number(kToday, "SELECT count(*) FROM events WHERE project = 'default'");
  };
  EXPECT_EQ(counted(), stored());
  run(kToday, "DELETE FROM events WHERE rowid % 3 = 0 AND rowid <= (SELECT last_row FROM chunks)");
  EXPECT_NE(counted(), stored());
  EXPECT_EQ(static_cast<std::int64_t>(events()), number(kToday, "SELECT count(*) FROM events"));
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM changed_rows"), 0);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM chunks"), 1);
  EXPECT_EQ(counted(), stored());
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());

  // What is stored on top is counted once.
  run(kToday, "DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)");
  store(rows_.some(kToday, kChunkRowsMax));
  gather_all();
  EXPECT_EQ(counted(), stored());
  EXPECT_EQ(static_cast<std::int64_t>(events()), number(kToday, "SELECT count(*) FROM events"));
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

TEST_F(ColumnUpkeepTest, PassesOverADayThatItCannotWorkOn) {
  store(rows_.some(kToday - kDay, 30));
  store(rows_.some(kToday - 2 * kDay, 30));
  run(kToday - kDay, "DROP TABLE blocks");
  gather_all();
  EXPECT_EQ(in_chunks(kToday - kDay), 0);
  EXPECT_EQ(in_chunks(kToday - 2 * kDay), 30);
}

}  // namespace
}  // namespace penstock::store
