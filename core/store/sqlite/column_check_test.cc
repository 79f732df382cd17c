#include "store/sqlite/column_check.h"

#include <string>
#include <tuple>

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

TEST_F(ColumnCheckTest, BlocksOfBeforeSayTheSame) {
  VariedRows rows(7);
  store(rows.some(kToday, kChunkRowsMax + 70));
  gather_all();
  Filter some;
  some.conditions = {{Dimension::kReferrer, "", Comparison::kExists}};
  const auto ask = [&] {
    const auto overview = queries().overview({kToday, kToday + kDay}, 3'600, some).value();
    return std::tuple(overview.series.events, overview.series.visitors, overview.visits.visits,
                      overview.visits.seconds, overview.summary.bots);
  };
  const auto answer = ask();
  EXPECT_GT(make_older_blocks(kToday), 10);
  EXPECT_EQ(fault(kToday), "");
  EXPECT_EQ(ask(), answer);

  // What is damaged is told.
  const std::string visitors =
      str_cat("id = ", BlockId{BlockKind::kValues, kWholeVisitorColumn, 0}.packed());
  run(kToday, "UPDATE blocks SET bytes = x'" + std::string(18, '0') + "' WHERE " + visitors);
  EXPECT_EQ(fault(kToday), "its columns differ from its rows: chunk 0, column 2");
  run(kToday, "DELETE FROM blocks WHERE " + visitors);
  EXPECT_TRUE(fault(kToday).starts_with("its columns differ from its rows: chunk 0, column "));
}

TEST_F(ColumnCheckTest, FindsNothingWhereThereAreNone) {
  store({row_at(kToday, 1)});
  EXPECT_EQ(fault(kToday), "");
}

}  // namespace
}  // namespace penstock::store
