#include "event/fields.h"

#include <set>

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

TEST(Fields, NameEveryMemberOnceInTheOrderOfTheContract) {
  std::string names;
  std::set<std::string_view> seen;
  for (const Field& field : kFields) {
    names.append(field.name).append(",");
    EXPECT_TRUE(seen.insert(field.name).second) << field.name;
  }
  EXPECT_EQ(names,
            "id,project,source,kind,name,received_at,occurred_at,url,referrer,ip,user_agent,"
            "user_id,anonymous_id,session_id,properties,host,path,referrer_host,browser,os,device,"
            "is_bot,country,utm_source,utm_medium,utm_campaign,");
}

// Each line points somewhere else, and at a member of its own type.
TEST(Fields, StandForOneMemberEach) {
  Row row;
  std::int64_t number = 0;
  std::set<const void*> places;
  for (const Field& field : kFields) {
    SCOPED_TRACE(field.name);
    const int targets = (field.of_record != nullptr) + (field.of_row != nullptr) +
                        (field.time != nullptr) + (field.flag != nullptr);
    EXPECT_EQ(targets, field.type == FieldType::kId ? 0 : 1);
    EXPECT_EQ(field.type == FieldType::kTime, field.time != nullptr);
    EXPECT_EQ(field.type == FieldType::kFlag, field.flag != nullptr);
    if (field.time != nullptr) {
      row.record.*field.time = ++number;
      places.insert(&(row.record.*field.time));
    } else if (field.flag != nullptr) {
      places.insert(&(row.*field.flag));
    } else if (field.type != FieldType::kId) {
      text_of(field, row) = field.name;
      places.insert(&text_of(field, row));
    }
  }
  EXPECT_EQ(places.size(), kFieldCount - 1);
  EXPECT_EQ(row.record.received_at_ms, 1);
  EXPECT_EQ(row.record.kind, "kind");
  EXPECT_EQ(row.utm_campaign, "utm_campaign");
}

// A member that is not listed would be lost on its way through the queue, unseen.
TEST(Fields, MissNoMemberOfRecordAndRow) {
  constexpr std::size_t kText = sizeof(std::string_view);
  static_assert(sizeof(Record) == sizeof(Id) + 2 * sizeof(std::int64_t) + kRecordTextCount * kText);
  constexpr std::size_t kRowTexts = kFieldCount - kRecordFieldCount - 1;
  static_assert(sizeof(Row) == sizeof(Record) + kRowTexts * kText + alignof(Row));
}

TEST(Fields, AreFoundByTheirNames) {
  EXPECT_EQ(field_named("referrer")->of_record, &Record::referrer);
  EXPECT_EQ(field_named("time"), nullptr);
  EXPECT_EQ(field_named(""), nullptr);
}

TEST(Fields, SayAnEmptyObjectForNoProperties) {
  const Row row;
  EXPECT_EQ(text_of(*field_named("properties"), row), "{}");
  EXPECT_EQ(text_of(*field_named("url"), row), "");
}

TEST(Fields, WeighARecordByItsTexts) {
  Record record;
  const std::size_t empty = bytes_of(record);
  for (const auto text : kRecordTexts) record.*text = "12345";
  EXPECT_EQ(bytes_of(record), empty + 5 * kRecordTextCount);
}

}  // namespace
}  // namespace penstock::event
