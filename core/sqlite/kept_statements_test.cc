#include "sqlite/kept_statements.h"

#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/text.h"

namespace penstock::sqlite {
namespace {

class KeptStatementsTest : public ::testing::Test {
 protected:
  KeptStatementsTest() { sqlite3_open(":memory:", &connection_); }
  ~KeptStatementsTest() override { EXPECT_EQ(sqlite3_close(connection_), SQLITE_OK); }

  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr);
    return statement;
  }

  sqlite3* connection_ = nullptr;
};

TEST_F(KeptStatementsTest, GivesOneBackByItsText) {
  KeptStatements kept;
  sqlite3_stmt* const one = prepare("SELECT 1");
  kept.give(one);
  EXPECT_EQ(kept.take("SELECT 2"), nullptr);
  EXPECT_EQ(kept.take("SELECT 1"), one);
  EXPECT_EQ(kept.take("SELECT 1"), nullptr);  // It is in use.
  kept.give(one);
}

TEST_F(KeptStatementsTest, IsKeptResetAndWithoutParameters) {
  KeptStatements kept;
  sqlite3_stmt* const statement = prepare("SELECT ?");
  sqlite3_bind_int(statement, 1, 7);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  kept.give(statement);
  EXPECT_FALSE(sqlite3_stmt_busy(statement));
  EXPECT_EQ(kept.take("SELECT ?"), statement);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_type(statement, 0), SQLITE_NULL);
  kept.give(statement);
}

TEST_F(KeptStatementsTest, KeepsABoundedNumber) {
  KeptStatements kept;
  for (std::size_t i = 0; i <= KeptStatements::kMax; ++i) kept.give(prepare(str_cat("SELECT ", i)));
  EXPECT_EQ(kept.take("SELECT 0"), nullptr);
  sqlite3_stmt* const second = kept.take("SELECT 1");
  ASSERT_NE(second, nullptr);
  sqlite3_finalize(second);
}

}  // namespace
}  // namespace penstock::sqlite
