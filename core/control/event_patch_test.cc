#include "control/event_patch.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/contract/row_testing.h"

namespace penstock::control {
namespace {

std::string fault_of(std::string body) {
  reserve_padding(body);
  EventPatch patch;
  return patch.read(body).value_or("");
}

TEST(EventPatchTest, ChangesWhatItNamesAndWhatFollowsFromIt) {
  event::Row row = store::row_at(store::kToday, 1);
  row.record.user_id = "ada";
  row.record.referrer = "https://shop.example/";
  row.referrer_host = "shop.example";
  row.country = "DE";
  row.utm_source = "news";
  std::string body = R"({"name":"signup","url":"https://Shop.example/b?utm_campaign=x",
    "user_id":null,"properties":{ "n": 12345678901234567890 }})";
  reserve_padding(body);
  EventPatch patch;
  ASSERT_EQ(patch.read(body).value_or(""), "");
  const event::Row after = patch.apply(row);
  EXPECT_EQ(after.record.name, "signup");
  EXPECT_EQ(after.record.user_id, "");
  EXPECT_EQ(after.record.properties, R"({"n":12345678901234567890})");
  EXPECT_EQ(after.host, "shop.example");
  EXPECT_EQ(after.path, "/b");
  EXPECT_EQ(after.utm_source, "");
  EXPECT_EQ(after.utm_campaign, "x");
  EXPECT_EQ(after.referrer_host, "") << "its own host is no referrer";
  EXPECT_EQ(after.browser, row.browser);
  EXPECT_EQ(after.country, "DE");
  EXPECT_EQ(after.record.id, row.record.id);
  EXPECT_EQ(after.record.referrer, row.record.referrer);
}

TEST(EventPatchTest, LeavesHostAndPathWhereTheUrlStays) {
  const event::Row row = store::row_at(store::kToday, 1);
  std::string body = R"({"referrer":"https://www.search.example/?q=1","properties":null})";
  reserve_padding(body);
  EventPatch patch;
  ASSERT_EQ(patch.read(body).value_or(""), "");
  const event::Row after = patch.apply(row);
  EXPECT_EQ(after.path, row.path);
  EXPECT_EQ(after.host, row.host);
  EXPECT_EQ(after.referrer_host, "search.example");
  EXPECT_EQ(after.record.properties, "{}");
}

TEST(EventPatchTest, SaysWhatIsWrong) {
  EXPECT_NE(fault_of(R"({"time":1})").find("time: cannot be changed; name,"), std::string::npos);
  EXPECT_NE(fault_of(R"({"id":"x"})").find("id: cannot"), std::string::npos);
  EXPECT_EQ(fault_of(R"({"name":""})"), "name: may not be empty");
  EXPECT_EQ(fault_of(R"({"name":null})"), "name: may not be empty");
  EXPECT_EQ(fault_of(R"({"name":5})"), "name: expected a text or null");
  EXPECT_EQ(fault_of(R"({"kind":"x"})"), "kind: no kind of event");
  EXPECT_EQ(fault_of(R"({"kind":null})"), "kind: no kind of event");
  EXPECT_EQ(fault_of(R"({"user_id":"a\u0000b"})"), "user_id: has a NUL in it");
  EXPECT_EQ(fault_of(str_cat(R"({"name":")", std::string(257, 'x'), "\"}")),
            "name: longer than 256 bytes");
  EXPECT_EQ(fault_of(R"({"properties":[1]})"), "properties: expected a JSON object");
  std::string nested = R"({"properties":)";
  for (int i = 0; i < 70; ++i) nested += R"({"a":)";
  nested += "1" + std::string(71, '}');
  EXPECT_EQ(fault_of(nested), "properties: nests deeper than 64");
  EXPECT_EQ(fault_of("{}"), "nothing is to be changed: name a member");
  EXPECT_NE(fault_of("[1]"), "");
  EXPECT_NE(fault_of(R"({"name":"x")"), "");
  EXPECT_NE(fault_of(""), "");
}

}  // namespace
}  // namespace penstock::control
