#include "store/sqlite/schema.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/temp_dir.h"

namespace penstock::store {
namespace {

TEST(Schema, HasTheColumnsOfTheContractInOrder) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(prepare_schema(*database).has_value());

  auto columns = database->prepare("SELECT group_concat(name) FROM pragma_table_info('events')");
  ASSERT_TRUE(columns->step().value_or(false));
  EXPECT_EQ(columns->text(0), kRowColumns);
}

TEST(Schema, IsMadeOnce) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  EXPECT_EQ(schema_version(*database).value_or(-1), 0);
  ASSERT_TRUE(prepare_schema(*database).has_value());
  EXPECT_TRUE(prepare_schema(*database).has_value());
  EXPECT_EQ(schema_version(*database).value_or(-1), kSchemaVersion);
}

TEST(Schema, RefusesANewerVersion) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(database->execute("PRAGMA user_version = 2").has_value());

  const auto prepared = prepare_schema(*database);
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(prepared.error().native, 2);
}

TEST(Schema, RowsComeBackColumnByColumn) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(prepare_schema(*database).has_value());
  event::Row row;
  event::Record& record = row.record;
  record.id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  record.received_at_ms = 11;
  record.occurred_at_ms = 10;
  // Each text is its own column's name, so that two that changed places are seen.
  std::string_view names = kRowColumns;
  std::string_view* const texts[] = {nullptr,
                                     &record.project,
                                     &record.source,
                                     &record.name,
                                     nullptr,
                                     nullptr,
                                     &record.url,
                                     &record.referrer,
                                     &record.ip,
                                     &record.user_agent,
                                     &record.user_id,
                                     &record.anonymous_id,
                                     &record.session_id,
                                     &record.properties,
                                     &row.host,
                                     &row.path,
                                     &row.referrer_host,
                                     &row.browser,
                                     &row.os,
                                     &row.device,
                                     nullptr,
                                     &row.country,
                                     &row.utm_source,
                                     &row.utm_medium,
                                     &row.utm_campaign};
  for (std::string_view* text : texts) {
    const std::string_view name = names.substr(0, names.find(','));
    if (text != nullptr) *text = name;
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  row.is_bot = true;

  std::string sql = str_cat("INSERT INTO events (", kRowColumns, ") VALUES (?");
  for (int i = 1; i < kRowColumnCount; ++i) sql += ",?";
  auto insert = database->prepare(sql + ")");
  bind_row(*insert, 1, row, record.ip);
  ASSERT_TRUE(insert->run().has_value());

  for (const auto& [column, expected] : {std::pair("url", "url"), std::pair("device", "device"),
                                         std::pair("utm_medium", "utm_medium")}) {
    auto one = database->prepare(str_cat("SELECT ", column, " FROM events"));
    ASSERT_TRUE(one->step().value_or(false));
    EXPECT_EQ(one->text(0), expected);
  }
  auto select = database->prepare(str_cat("SELECT ", kRowColumns, " FROM events"));
  ASSERT_TRUE(select->step().value_or(false));
  const event::Row back = row_of(*select, 0);
  EXPECT_EQ(back.record.id, record.id);
  EXPECT_EQ(back.record.received_at_ms, 11);
  EXPECT_EQ(back.record.occurred_at_ms, 10);
  EXPECT_EQ(back.record.session_id, "session_id");
  EXPECT_EQ(back.record.properties, "properties");
  EXPECT_EQ(back.utm_campaign, "utm_campaign");
  EXPECT_EQ(back.country, "country");
  EXPECT_EQ(back.path, "path");
  EXPECT_TRUE(back.is_bot);
}

}  // namespace
}  // namespace penstock::store
