#include "store/sqlite/column_check.h"

#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

// What it finds is tried with what is written (column_writer_test.cc); here, that it is asked.
using ColumnCheckTest = ColumnsTest;

TEST_F(ColumnCheckTest, IsPartOfTheStoresCheckButOfTheQuickOne) {
  VariedRows rows(7);
  store(rows.some(kToday, 50));
  gather_all();
  store_.reset();
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
  run(kToday, "UPDATE chunks SET last_at = last_at + 1");
  const auto checked = check_sqlite_store(options_.path, false);
  ASSERT_EQ(checked->faults.size(), 1U);
  EXPECT_EQ(checked->faults[0].what, "its columns differ from its rows: chunk 0, its bounds");
  EXPECT_TRUE(check_sqlite_store(options_.path, true)->faults.empty());
}

TEST_F(ColumnCheckTest, FindsNothingWhereThereAreNone) {
  store({row_at(kToday, 1)});
  EXPECT_EQ(fault(kToday), "");
}

}  // namespace
}  // namespace penstock::store
