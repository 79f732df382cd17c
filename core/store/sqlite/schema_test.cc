#include "store/sqlite/schema.h"

#include <memory>

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/sqlite/migrations.h"
#include "support/temp_dir.h"

namespace penstock::store {
namespace {

TEST(Schema, NamesTheColumnsOfTheContractInOrder) {
  EXPECT_EQ(
      kRowColumns,
      "id,project,source,kind,name,received_at,occurred_at,url,referrer,ip,user_agent,user_id,"
      "anonymous_id,session_id,properties,host,path,referrer_host,browser,os,device,is_bot,"
      "country,utm_source,utm_medium,utm_campaign");
}

// Each text is its own column's name, so that two that changed places are seen.
event::Row row_of_names() {
  event::Row row;
  row.record.id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  row.record.received_at_ms = 11;
  row.record.occurred_at_ms = 10;
  row.is_bot = true;
  for (const event::Field& field : event::kFields) {
    if (field.type == event::FieldType::kText || field.type == event::FieldType::kJson) {
      event::text_of(field, row) = field.name;
    }
  }
  return row;
}

TEST(Schema, RowsComeBackColumnByColumn) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(migrate(*database, dir.path("day.db")).has_value());
  const event::Row row = row_of_names();
  std::string sql = str_cat("INSERT INTO events (", kRowColumns, ") VALUES (?");
  for (int i = 1; i < kRowColumnCount; ++i) sql += ",?";
  auto insert = database->prepare(sql + ")");
  bind_row(*insert, 1, row, "another ip");
  ASSERT_TRUE(insert->run().has_value());

  auto select = database->prepare(str_cat("SELECT ", kRowColumns, " FROM events"));
  ASSERT_TRUE(select->step().value_or(false));
  const event::Row back = row_of(*select, 0);
  EXPECT_EQ(back.record.id, row.record.id);
  EXPECT_EQ(back.record.received_at_ms, 11);
  EXPECT_EQ(back.record.occurred_at_ms, 10);
  EXPECT_TRUE(back.is_bot);
  for (const event::Field& field : event::kFields) {
    if (field.type != event::FieldType::kText && field.type != event::FieldType::kJson) continue;
    EXPECT_EQ(event::text_of(field, back), field.name == "ip" ? "another ip" : field.name);
    auto one = database->prepare(str_cat("SELECT ", field.name, " FROM events"));
    ASSERT_TRUE(one->step().value_or(false));
    EXPECT_EQ(one->text(0), event::text_of(field, back));
  }
}

TEST(Schema, WhatIsAsInTheRowBeforeStaysBound) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(migrate(*database, dir.path("day.db")).has_value());
  std::string sql = str_cat("INSERT INTO events (", kRowColumns, ") VALUES (?");
  for (int i = 1; i < kRowColumnCount; ++i) sql += ",?";
  auto insert = database->prepare(sql + ")");
  RowBinder binder;
  std::string stored;
  std::string wanted;
  // Each from texts of its own, as rows of a batch have them; the address's goes at once.
  const auto add = [&](std::uint8_t number, const std::string& name, const std::string& address) {
    event::Row row = row_of_names();
    row.record.id.bytes[0] = number;
    row.record.name = name;
    row.record.kind = "";
    const auto ip = std::make_unique<std::string>(address);
    binder.bind(*insert, 1, row, *ip);
    EXPECT_TRUE(insert->run().has_value());
    wanted += str_cat(name, ' ', name == "pageview" ? "page" : "event", ' ', address, '\n');
  };
  const std::string same = "name";
  const std::string equal = "name";
  add(1, same, "192.0.2.1");
  add(2, equal, "192.0.2.1");
  add(3, "pageview", "192.0.2.10");
  add(4, "", "");
  add(5, same, std::string(100, '7'));
  {
    const std::string goes = "a name that goes with its batch";
    add(6, goes, "192.0.2.1");
    binder.forget();
  }
  add(7, same, "192.0.2.1");

  auto select = database->prepare("SELECT name || ' ' || kind || ' ' || ip, path FROM events");
  while (select->step().value_or(false)) {
    stored += str_cat(select->text(0), '\n');
    EXPECT_EQ(select->text(1), "path");
  }
  EXPECT_EQ(stored, wanted);
}

// A message of an older format says nothing of it.
TEST(Schema, AKindThatIsMissingIsTheNames) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(migrate(*database, dir.path("day.db")).has_value());
  auto insert =
      database->prepare(str_cat("INSERT INTO events (", kRowColumns,
                                ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  event::Row row;
  row.record.name = "pageview";
  bind_row(*insert, 1, row, "");
  ASSERT_TRUE(insert->run().has_value());
  auto kind = database->prepare("SELECT kind FROM events");
  ASSERT_TRUE(kind->step().value_or(false));
  EXPECT_EQ(kind->text(0), "page");
}

}  // namespace
}  // namespace penstock::store
