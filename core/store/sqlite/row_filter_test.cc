#include "store/sqlite/row_filter.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::store {
namespace {

TEST(RowFilter, IsNothingByDefault) { EXPECT_EQ(filter_sql({}), ""); }

TEST(RowFilter, BindsValuesAndNeverQuotesThem) {
  Filter filter;
  filter.project = "p'";
  filter.equals = {{Dimension::kReferrer, "x' OR 1=1 --"}, {Dimension::kPath, "/"}};
  filter.is_bot = false;

  EXPECT_EQ(filter_sql(filter),
            " AND project = ? AND referrer_host = ? AND path = ? AND is_bot = ?");

  auto database = sqlite::Database::open(":memory:", {});
  ASSERT_TRUE(database.has_value());
  auto statement = database->prepare("SELECT ? || ? || ? || ? || ?");
  statement->bind(1, "from ");
  EXPECT_EQ(bind_filter(*statement, 2, filter), 6);
  ASSERT_TRUE(statement->step().value_or(false));
  EXPECT_EQ(statement->text(0), "from p'x' OR 1=1 --/0");
}

}  // namespace
}  // namespace penstock::store
