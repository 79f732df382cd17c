#include "store/sqlite/compact_schema.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "sqlite/sqlite.h"

namespace penstock::store {
namespace {

class CompactSchemaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = sqlite::Database::open(":memory:", {});
    ASSERT_TRUE(database.has_value());
    database_.emplace(*std::move(database));
    std::vector<std::string> columns;
    for (const event::Field& field : event::kFields) columns.emplace_back(field.name);
    run("CREATE TABLE changed_rows (id INTEGER PRIMARY KEY)");
    run(compact_tables_sql() + compact_indexes_sql() + compact_view_sql(columns));
  }

  void run(const std::string& sql) {
    const auto done = database_->execute(sql.c_str());
    ASSERT_TRUE(done.has_value()) << sql << ": " << to_text(done.error());
  }
  std::string text(const std::string& sql) {
    auto statement = database_->prepare(sql);
    if (!statement || !statement->step().value_or(false)) return "?";
    return std::string(statement->text(0));
  }

  std::optional<sqlite::Database> database_;
};

TEST_F(CompactSchemaTest, EachFormOfAValueIsItsText) {
  run("INSERT INTO compact_texts VALUES (0, 'https://elsewhere.example/'), (1, '/path');"
      "INSERT INTO compact_sorts (number, host) VALUES (1, 'example.com');"
      "INSERT INTO compact_agents (number, user_agent) VALUES (1, 1);"
      "INSERT INTO compact_rows (row, id, sort, agent, received_after, occurred_at, url, path) "
      "VALUES (11, x'01', 1, 1, 3, 100, 0, 1), (12, x'02', 1, 1, 0, 100, x'', 1), "
      "(13, x'03', 1, 1, -1, 100, CAST('?q' AS BLOB), '/own'), (14, x'04', 1, 1, NULL, 5, '?q', "
      "'')");
  EXPECT_EQ(text("SELECT group_concat(url, ' ') FROM events"),
            "https://elsewhere.example/ https://example.com/path https://example.com/own?q ?q");
  EXPECT_EQ(text("SELECT group_concat(path, ' ') FROM events"), "/path /path /own ");
  EXPECT_EQ(text("SELECT group_concat(ifnull(received_at, 'none'), ' ') FROM events"),
            "103 100 99 none");
  EXPECT_EQ(text("SELECT user_agent FROM events"), "/path");
  run(compact_rows_view_sql());
  EXPECT_EQ(text("SELECT rowid FROM events WHERE url = '?q'"), "14");
}

// A host or a path that changes does not change the URL.
TEST_F(CompactSchemaTest, AnUpdateChangesWhatItSays) {
  run("INSERT INTO compact_sorts (number, host) VALUES (1, 'example.com');"
      "INSERT INTO compact_agents (number) VALUES (1);"
      "INSERT INTO compact_rows (row, id, sort, agent, occurred_at, received_after, url, path) "
      "VALUES (11, x'01', 1, 1, 100, 2, x'', '/a'), (12, x'02', 1, 1, 100, 2, x'', '/b')");
  run("UPDATE events SET path = '/c' WHERE path = '/a'");
  run("UPDATE events SET host = 'example.org' WHERE path = '/b'");
  EXPECT_EQ(text("SELECT group_concat(url || ' ' || host || path, ' ') FROM events"),
            "https://example.com/a example.com/c https://example.com/b example.org/b");
  EXPECT_EQ(text("SELECT count(*) FROM compact_sorts"), "2");
  EXPECT_EQ(text("SELECT group_concat(id, ' ') FROM changed_rows"), "11 12");
  run("UPDATE events SET occurred_at = occurred_at + 1");
  EXPECT_EQ(text("SELECT group_concat(received_at - occurred_at, ' ') FROM events"), "1 1");
  run("DELETE FROM events");
  EXPECT_EQ(text("SELECT count(*) FROM compact_rows"), "0");
}

}  // namespace
}  // namespace penstock::store
