#include "store/sqlite/row_filter.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/contract/dimension.h"

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

// As the writer's dimension_value() does, at each length around the bound.
TEST(RowFilter, MeansTheValueThatRowsAreCountedBy) {
  auto database = sqlite::Database::open(":memory:", {});
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(database->execute("CREATE TABLE events (path TEXT)"));
  std::vector<std::string> texts;
  for (std::size_t bytes = 250; bytes < 260; ++bytes) {
    for (const char* end : {"", "a", "ab", "é", "éé", "€", "€x", "😀", "😀😀", "x😀"}) {
      texts.push_back(std::string(bytes, 'p') + end);
    }
  }
  auto insert = database->prepare("INSERT INTO events VALUES (?)");
  for (const std::string& text : texts) ASSERT_TRUE(insert->bind(1, text).run());

  for (const std::string& text : texts) {
    Filter filter;
    filter.equals = {{Dimension::kPath, std::string(dimension_value(text))}};
    const std::string& value = filter.equals[0].second;
    const auto wanted = std::count_if(texts.begin(), texts.end(), [&](const std::string& other) {
      return dimension_value(other) == value;
    });
    auto count =
        database->prepare(str_cat("SELECT count(*) FROM events WHERE 1 = 1", filter_sql(filter)));
    ASSERT_TRUE(count.has_value()) << to_text(count.error());
    EXPECT_EQ(bind_filter(*count, 1, filter), 2);
    ASSERT_TRUE(count->step().value());
    EXPECT_EQ(count->integer(0), wanted) << value.size() << " " << text.substr(240);
  }
}

}  // namespace
}  // namespace penstock::store
