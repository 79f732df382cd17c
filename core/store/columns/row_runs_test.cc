#include "store/columns/row_runs.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

using Rows = std::vector<std::int64_t>;

std::string runs_of(const Rows& rows) {
  std::string bytes;
  append_row_runs(rows, bytes);
  return bytes;
}

TEST(RowRunsTest, GiveBackWhatWentIn) {
  for (const Rows& rows : {Rows{}, Rows{1}, Rows{5, 6, 7, 100, 101, 1'795'000'000'000'000},
                           Rows{-3, -2, 9}, Rows{std::numeric_limits<std::int64_t>::max() - 1}}) {
    Rows read(rows.size());
    ASSERT_TRUE(read_row_runs(runs_of(rows), read));
    EXPECT_EQ(read, rows);
  }
}

TEST(RowRunsTest, CostNothingWhereRowsAreNeighbours) {
  Rows rows;
  for (std::int64_t i = 0; i < 8'192; ++i) rows.push_back(1'795'000'000'000'000 + i);
  EXPECT_LT(runs_of(rows).size(), 40U);
}

TEST(RowRunsTest, RefuseWhatNoWriterWrote) {
  const std::string good = runs_of({5, 6, 9});
  Rows rows(3);
  ASSERT_TRUE(read_row_runs(good, rows));
  Rows fewer(2);
  Rows more(4);
  EXPECT_FALSE(read_row_runs(good, fewer));
  EXPECT_FALSE(read_row_runs(good, more));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(read_row_runs(good.substr(0, size), rows)) << size;
  }
  EXPECT_FALSE(read_row_runs(good + "x", rows));
  EXPECT_FALSE(read_row_runs("\xff\xff\xff\xff" + good.substr(4), rows));
  EXPECT_FALSE(read_row_runs(runs_of({9, 5, 6}), rows));
}

}  // namespace
}  // namespace penstock::store
