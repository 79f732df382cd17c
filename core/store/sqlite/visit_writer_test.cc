#include "store/sqlite/visit_writer.h"

#include "store/columns/visit_blocks.h"
#include "store/sqlite/column_testing.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/visit_tables.h"

namespace penstock::store {
namespace {

class VisitWriterTest : public ColumnsTest {
 protected:
  void SetUp() override {
    ColumnsTest::SetUp();
    store(rows_.some(kToday, 300));
    path_ = day_path(options_.path, kToday);
  }

  std::int64_t visit_blocks() {
    return number(kToday, str_cat("SELECT count(*) FROM blocks WHERE id >= ",
                                  BlockId{BlockKind::kVisits, 0, 0}.packed()));
  }
  bool has_visits() {
    auto database = sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly});
    EXPECT_TRUE(database.has_value());
    return read_visits(*database, kToday).value().has_value();
  }
  void seal() {
    auto file = DayFile::open(path_);
    ASSERT_TRUE(file.has_value());
    EXPECT_TRUE(seal_day(**file, crypto::HashKey{1}, true, [] { return true; }).value());
  }
  // Its rows, and no visits.
  void seal_rows() {
    auto database = open();
    ColumnWriter columns(database);
    while (columns.seal_next(crypto::HashKey{1}).value()) {
    }
  }
  sqlite::Database open() { return *sqlite::Database::open(path_, {}); }

  VariedRows rows_{31};
  std::string path_;
};

TEST_F(VisitWriterTest, MayBeCutOffAnywhere) {
  store(rows_.some(kToday, kChunkRowsMax));
  seal_rows();
  ASSERT_FALSE(has_visits());
  int steps = 0;
  for (bool is_done = false; !is_done; ++steps) {
    ASSERT_LT(steps, 50);
    EXPECT_FALSE(has_visits()) << steps;
    EXPECT_EQ(fault(kToday), "") << steps;
    auto database = open();
    VisitWriter writer(database, kToday, 1);
    for (int i = 0; i <= steps; ++i) EXPECT_TRUE(writer.write_next().value());
    is_done = has_visits();
  }
  EXPECT_GT(steps, 4);
  EXPECT_TRUE(has_visits());
  EXPECT_EQ(fault(kToday), "");
}

// Those of a store that was sealed before there were visits.
TEST_F(VisitWriterTest, AreDueWhereChunksHaveNone) {
  seal();
  run(kToday,
      str_cat("DELETE FROM blocks WHERE id >= ", BlockId{BlockKind::kVisits, 0, 0}.packed()));
  EXPECT_EQ(sealing_of(path_, true, kToday + 3 * kDay), Sealing::kDue);
  seal();
  EXPECT_TRUE(has_visits());
}

TEST_F(VisitWriterTest, AreVoidOnceARowComesGoesOrChanges) {
  seal();
  ASSERT_TRUE(has_visits());
  store(rows_.some(kToday, 1));
  EXPECT_FALSE(has_visits());
  seal();
  ASSERT_TRUE(has_visits());
  const std::string any = "rowid = (SELECT min(rowid) + 5 FROM events)";
  run(kToday, "DELETE FROM events WHERE " + any);
  EXPECT_FALSE(has_visits());
  seal();
  ASSERT_TRUE(has_visits());
  run(kToday, "UPDATE events SET anonymous_id = 'x' WHERE rowid = (SELECT max(rowid) FROM events)");
  EXPECT_FALSE(has_visits());
  // Also when the chunk alone was made anew, with the bounds that it had.
  {
    auto database = open();
    EXPECT_TRUE(ColumnWriter(database).renew_next(crypto::HashKey{1}).value());
  }
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM changed_rows"), 0);
  EXPECT_FALSE(has_visits());
  EXPECT_EQ(fault(kToday), "");
  seal();
  EXPECT_TRUE(has_visits());
  EXPECT_EQ(fault(kToday), "");
}

// A row that changes while they are gathered, in a chunk that was read already.
TEST_F(VisitWriterTest, AreNotWrittenOfRowsThatChangedMeanwhile) {
  store(rows_.some(kToday, kChunkRowsMax));
  seal_rows();
  auto database = open();
  VisitWriter writer(database, kToday, 1);
  // Up to the last step.
  while (number(kToday, str_cat("SELECT count(*) FROM blocks WHERE id = ",
                                BlockId{BlockKind::kVisits, kVisitPlaces, 1}.packed())) == 0) {
    ASSERT_TRUE(writer.write_next().value());
  }
  run(kToday, "UPDATE events SET anonymous_id = 'x' WHERE rowid = (SELECT min(rowid) FROM events)");
  EXPECT_TRUE(writer.write_next().value());
  EXPECT_FALSE(has_visits());
  EXPECT_EQ(number(kToday, str_cat("SELECT count(*) FROM blocks WHERE id = ",
                                   BlockId{BlockKind::kVisits, kVisitHead, 0}.packed())),
            0);
  seal();
  EXPECT_TRUE(has_visits());
  EXPECT_EQ(fault(kToday), "");
}

// Its chunk is sealed anew before they are written, with the bounds that it had.
TEST_F(VisitWriterTest, AreGivenUpOnceAChunkIsSealedAnew) {
  seal_rows();
  auto database = open();
  VisitWriter writer(database, kToday, 1);
  ASSERT_TRUE(writer.write_next().value());
  run(kToday, "UPDATE events SET anonymous_id = 'x' WHERE rowid = (SELECT min(rowid) FROM events)");
  ASSERT_TRUE(ColumnWriter(database).renew_next(crypto::HashKey{1}).value());
  // What was gathered is of before; the next beginning is not.
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(writer.write_next().value());
  ASSERT_TRUE(writer.write_next().value());
  EXPECT_FALSE(has_visits());
  EXPECT_EQ(fault(kToday), "");
  while (writer.write_next().value()) {
  }
  EXPECT_TRUE(has_visits());
  EXPECT_EQ(fault(kToday), "");
}

TEST_F(VisitWriterTest, TheCheckTellsWhatDoesNotFit) {
  const std::string places =
      str_cat("id = ", BlockId{BlockKind::kVisits, kVisitPlaces, 0}.packed());
  seal();
  run(kToday, "UPDATE blocks SET bytes = x'00' WHERE " + places);
  EXPECT_EQ(fault(kToday), "its visits differ from its rows: block 0 0");
  run(kToday, "DELETE FROM blocks WHERE " + places);
  EXPECT_EQ(fault(kToday), "its visits differ from its rows: block 0 0");
  run(kToday,
      str_cat("DELETE FROM blocks WHERE id >= ", BlockId{BlockKind::kVisits, 0, 0}.packed()));
  EXPECT_EQ(fault(kToday), "");
  seal();
  run(kToday, str_cat("INSERT INTO blocks VALUES (",
                      BlockId{BlockKind::kVisits, kVisitPlaces, 99}.packed(), ", x'00')"));
  EXPECT_EQ(fault(kToday), "its visits have a block too many");
  run(kToday, "UPDATE chunks SET last_at = last_at + 1");
  EXPECT_NE(fault(kToday), "");
}

TEST_F(VisitWriterTest, TakeFewBytes) {
  seal();
  EXPECT_GT(visit_blocks(), 3);
  const std::int64_t bytes =
      number(kToday, str_cat("SELECT sum(length(bytes)) FROM blocks WHERE id >= ",
                             BlockId{BlockKind::kVisits, 0, 0}.packed()));
  EXPECT_LT(bytes, 6 * 300);
}

}  // namespace
}  // namespace penstock::store
