#include "store/sqlite/column_writer.h"

#include "store/sqlite/column_testing.h"
#include "store/sqlite/day_file.h"

namespace penstock::store {
namespace {

class ColumnWriterTest : public ColumnsTest {
 protected:
  std::int64_t chunks(std::int64_t day_ms = kToday) {
    return number(day_ms, "SELECT count(*) FROM chunks");
  }
  std::int64_t in_chunks(std::int64_t day_ms = kToday) {
    return number(day_ms, "SELECT ifnull(sum(rows), 0) FROM chunks");
  }

  VariedRows rows_{1};
};

TEST_F(ColumnWriterTest, SealsWhatFillsAChunkInTheTransactionThatFillsIt) {
  store(rows_.some(kToday, 5'000));
  EXPECT_EQ(chunks(), 0);
  store(rows_.some(kToday, 5'000));
  EXPECT_EQ(chunks(), 1);
  EXPECT_EQ(in_chunks(), kChunkRowsMax);
  store(rows_.some(kToday, 7'000));
  EXPECT_EQ(in_chunks(), 2 * kChunkRowsMax);
  EXPECT_EQ(fault(kToday), "");
}

TEST_F(ColumnWriterTest, GoesOnAfterARestart) {
  store(rows_.some(kToday, 6'000));
  open_store();
  store(rows_.some(kToday, 4'000));
  open_store();
  for (int i = 0; i < 10; ++i) store(rows_.some(kToday, 700));
  EXPECT_EQ(in_chunks(), 2 * kChunkRowsMax);
  EXPECT_EQ(fault(kToday), "");
}

TEST_F(ColumnWriterTest, HasOneUnfinishedChunkHoweverOftenLateRowsCome) {
  for (const std::size_t count : {8'500U, 10U, 1U}) {
    store(rows_.some(kToday, count));
    gather_all();
    EXPECT_EQ(in_chunks(), number(kToday, "SELECT count(*) FROM events"));
    EXPECT_EQ(chunks(), 2);
    EXPECT_EQ(fault(kToday), "");
  }
  store(rows_.some(kToday, 7'900));
  gather_all();
  EXPECT_EQ(chunks(), 3);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM chunks WHERE rows = 8192"), 2);
  EXPECT_EQ(fault(kToday), "");
}

TEST_F(ColumnWriterTest, LeavesTheDayThatGoesOnAlone) {
  store(rows_.some(kToday, 20));
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(chunks(), 0);
}

// By whoever: the file's own triggers note it.
TEST_F(ColumnWriterTest, RowsThatAreChangedAreSealedAnew) {
  store(rows_.some(kToday, 2 * kChunkRowsMax + 100));
  gather_all();
  for (const char* sql :
       {"DELETE FROM events WHERE rowid % 97 = 0",
        "UPDATE events SET path = '/new' || rowid WHERE rowid % 1000 = 1",
        "DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)",
        "DELETE FROM events WHERE rowid = (SELECT min(rowid) FROM events)",
        "UPDATE events SET rowid = rowid - 1000000 WHERE rowid = (SELECT min(rowid) FROM events)",
        "DELETE FROM events WHERE rowid BETWEEN (SELECT first_row FROM chunks WHERE number = 1) "
        "AND (SELECT last_row FROM chunks WHERE number = 1)",
        "DELETE FROM events"}) {
    run(kToday, sql);
    EXPECT_GT(number(kToday, "SELECT count(*) FROM changed_rows"), 0) << sql;
    EXPECT_EQ(fault(kToday), "") << sql;  // They wait.
    gather_all();
    EXPECT_EQ(number(kToday, "SELECT count(*) FROM changed_rows"), 0) << sql;
    EXPECT_EQ(in_chunks(), number(kToday, "SELECT count(*) FROM events")) << sql;
    EXPECT_EQ(fault(kToday), "") << sql;
  }
}

TEST_F(ColumnWriterTest, RowsPutBetweenOthersByHandAreFound) {
  store(rows_.some(kToday, kChunkRowsMax + 100));
  gather_all();
  run(kToday,
      "UPDATE events SET rowid = (SELECT first_row FROM chunks WHERE number = 0) - rowid % 1000000 "
      "WHERE rowid > (SELECT last_row FROM chunks WHERE number = 0)");
  gather_all();
  EXPECT_EQ(in_chunks(), kChunkRowsMax + 100);
  EXPECT_EQ(fault(kToday), "");
  run(kToday, "DELETE FROM chunks WHERE number = 0");
  EXPECT_NE(fault(kToday), "");
}

TEST_F(ColumnWriterTest, DaysOfAStoreHaveTheSameKey) {
  store(rows_.some(kToday, 20));
  gather_all();
  const auto key = [&](std::int64_t day_ms) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms), {});
    return read_dictionary_key(*database).value();
  };
  const auto first = key(kToday);
  ASSERT_TRUE(first);
  open_store();
  store(rows_.some(kToday - kDay, 20));
  gather_all();
  EXPECT_EQ(key(kToday - kDay), first);
}

// Each of them is a lie that the check has to find.
TEST_F(ColumnWriterTest, ColumnsThatSaySomethingElseAreFound) {
  store(rows_.some(kToday, 300));
  gather_all();
  const std::string path = day_path(options_.path, kToday);
  store_.reset();
  const std::string good = path + ".good";
  std::filesystem::copy_file(path, good);
  const auto values = [](ColumnNumber column) {
    return str_cat(BlockId{BlockKind::kValues, column, 0}.packed());
  };
  const auto set = [](const std::string& id, const std::string& bytes) {
    return str_cat("UPDATE blocks SET bytes = ", bytes, " WHERE id = ", id);
  };
  const auto flip = [&](const std::string& id) {
    return set(id, "CAST(substr(bytes, 1, length(bytes) - 1) || x'2a' AS BLOB)");
  };
  const std::string hashes =
      str_cat(BlockId{BlockKind::kHashes, column_number(Dimension::kPath), 0}.packed());
  const std::string texts =
      str_cat(BlockId{BlockKind::kTexts, column_number(Dimension::kPath), 0}.packed());
  for (const std::string& sql :
       {flip(values(kTimeColumn)), flip(values(kUpperVisitorColumn)),
        flip(values(kLowerVisitorColumn)), flip(values(kBotColumn)), flip(values(kProjectColumn)),
        flip(values(column_number(Dimension::kPath))), flip(values(property_column(kFirstCode))),
        flip(hashes), flip(texts), set(values(kRowColumn), "x''"),
        "DELETE FROM blocks WHERE id = " + values(kTimeColumn),
        str_cat("INSERT INTO blocks VALUES (", values(property_column(900)), ", x'00')"),
        std::string("UPDATE chunks SET last_at = last_at + 1"),
        std::string("UPDATE chunks SET rows = rows - 1"),
        std::string("UPDATE chunks SET last_row = last_row - 1"),
        std::string("UPDATE dictionary_key SET key = randomblob(16)"),
        std::string("DELETE FROM dictionary_key"),
        std::string("DROP TRIGGER note_changed_rows; UPDATE events SET path = 'x' WHERE rowid = "
                    "(SELECT max(rowid) FROM events)"),
        std::string("DROP TRIGGER note_deleted_rows; DELETE FROM events WHERE rowid = (SELECT "
                    "max(rowid) FROM events)")}) {
    std::filesystem::copy_file(good, path, std::filesystem::copy_options::overwrite_existing);
    ASSERT_EQ(fault(kToday), "");
    run(kToday, sql);
    EXPECT_NE(fault(kToday), "") << sql;
  }
}

}  // namespace
}  // namespace penstock::store
