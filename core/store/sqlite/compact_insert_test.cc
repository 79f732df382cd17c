#include "store/sqlite/compact_insert.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

class CompactInsertTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = sqlite::Database::open(":memory:", {});
    ASSERT_TRUE(database.has_value());
    database_.emplace(*std::move(database));
    ASSERT_TRUE(database_->execute((compact_tables_sql() +
                                    "CREATE TABLE changed_rows (id INTEGER PRIMARY KEY);" +
                                    compact_indexes_sql() + compact_rows_view_sql())
                                       .c_str()));
  }

  std::int64_t number(const std::string& sql) {
    auto statement = database_->prepare(sql);
    if (!statement || !statement->step().value_or(false)) return -1;
    return statement->integer(0);
  }

  std::optional<sqlite::Database> database_;
};

TEST_F(CompactInsertTest, KeepsACombinationOnceAndATextByItsNumber) {
  auto insert = CompactInsert::prepare(*database_);
  ASSERT_TRUE(insert.has_value());
  CompactWords words;
  words.texts = {{"visitor", 7}};
  for (std::uint32_t i = 1; i <= 4; ++i) {
    event::Row row = row_at(kToday, i);
    row.record.anonymous_id = "visitor";
    row.record.name = i == 4 ? "click" : "pageview";
    ASSERT_TRUE(insert->insert(i, row, &words).has_value());
  }
  EXPECT_EQ(number("SELECT count(*) FROM compact_sorts"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM compact_agents"), 1);
  EXPECT_EQ(number("SELECT sum(anonymous_id) FROM compact_rows"), 4 * 7);
  EXPECT_EQ(number("SELECT sum(received_at - occurred_at) FROM events"), 4 * 5);
}

TEST_F(CompactInsertTest, TellsARowThatIsThere) {
  auto insert = CompactInsert::prepare(*database_);
  ASSERT_TRUE(insert.has_value());
  EXPECT_EQ(insert->insert_new(1, row_at(kToday, 1)), true);
  EXPECT_EQ(insert->insert_new(2, row_at(kToday, 1)), false);
  EXPECT_EQ(insert->insert_new(2, row_at(kToday, 2)), true);
  EXPECT_EQ(number("SELECT max(rowid) FROM events"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM compact_sorts"), 2);  // Nothing of the one that was there.
}

TEST(CompactUrlRest, IsWhatFollowsHostAndPath) {
  event::Row row;
  row.host = "example.com";
  row.path = "/a";
  for (const auto& [url, rest] :
       {std::pair("https://example.com/a", ""), std::pair("https://example.com/a?b=c", "?b=c"),
        std::pair("https://example.com/ab", "b")}) {
    row.record.url = url;
    EXPECT_EQ(compact_url_rest(row), rest);
  }
  for (const char* url : {"", "http://example.com/a", "https://Example.com/a", "/a", "https://"}) {
    row.record.url = url;
    EXPECT_EQ(compact_url_rest(row), std::nullopt) << url;
  }
}

}  // namespace
}  // namespace penstock::store
