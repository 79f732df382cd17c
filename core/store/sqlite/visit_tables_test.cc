#include "store/sqlite/visit_tables.h"

#include "store/columns/visit_blocks.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

// When they count is tried with what is written (visit_writer_test.cc).
class VisitTablesTest : public ColumnsTest {
 protected:
  sqlite::Database open() { return *sqlite::Database::open(day_path(options_.path, kToday), {}); }
};

TEST_F(VisitTablesTest, CountForTheirDayAlone) {
  store(VariedRows(3).some(kToday, 50));
  gather_all();
  sqlite::Database database = open();
  EXPECT_TRUE(has_all_in_chunks(database).value());
  EXPECT_TRUE(read_visits(database, kToday)->has_value());
  EXPECT_FALSE(read_visits(database, kToday + kDay)->has_value());
}

TEST_F(VisitTablesTest, AreNoneWithoutAHeadAndBeforeThereWereColumns) {
  store(VariedRows(3).some(kToday, 50));
  sqlite::Database database = open();
  EXPECT_FALSE(has_all_in_chunks(database).value());
  EXPECT_FALSE(read_visits(database, kToday)->has_value());
  gather_all();
  ASSERT_TRUE(void_visits(database).has_value());
  EXPECT_FALSE(read_visits(database, kToday)->has_value());
  EXPECT_GT(number(kToday, str_cat("SELECT count(*) FROM blocks WHERE id >= ",
                                   BlockId{BlockKind::kVisits, 0, 0}.packed())),
            0);
  ASSERT_TRUE(remove_visits(database).has_value());
  EXPECT_EQ(number(kToday, str_cat("SELECT count(*) FROM blocks WHERE id >= ",
                                   BlockId{BlockKind::kVisits, 0, 0}.packed())),
            0);
  ASSERT_TRUE(database.execute("PRAGMA user_version = 2").has_value());
  EXPECT_FALSE(read_visits(database, kToday)->has_value());
}

}  // namespace
}  // namespace penstock::store
