#include "event/draft.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "event/kind.h"

namespace penstock::event {
namespace {

class DraftTest : public ::testing::Test {
 protected:
  // Reads one object into the draft; the text stays with the test.
  void read(std::string text) {
    text_ = std::move(text);
    draft_.clear();
    ASSERT_TRUE(reader_.read(text_, [&](json::Value& root) {
      return root.members(
          [&](std::string_view key, json::Value& value) { return draft_.take(key, value); });
    })) << text_;
  }
  std::string fault() const {
    if (!draft_.fault()) return "";
    return str_cat(draft_.fault()->member, " ", draft_.fault()->problem);
  }

  std::string text_;
  json::Reader reader_;
  Draft draft_;
};

TEST_F(DraftTest, TakesKnownMembersAndPutsTheRestIntoProperties) {
  read(R"({"name":"buy","user_id":42,"plan":"pro","properties":{"a":1},"n":[1, 2],"url":null})");
  EXPECT_EQ(draft_.text(TextField::kName), "buy");
  EXPECT_EQ(draft_.text(TextField::kUserId), "42");
  EXPECT_EQ(draft_.text(TextField::kUrl), "");
  EXPECT_EQ(draft_.properties(), R"({"a":1,"plan":"pro","n":[1,2]})");
  EXPECT_EQ(fault(), "");
}

TEST_F(DraftTest, HasNoPropertiesWhereNoneCame) {
  read(R"({"name":"buy"})");
  EXPECT_EQ(draft_.properties(), "");
  read(R"({"name":"buy","properties":{ }})");
  EXPECT_EQ(draft_.properties(), "");
  read(R"({"plan":null})");
  EXPECT_EQ(draft_.properties(), R"({"plan":null})");
}

TEST_F(DraftTest, LetsTheMemberOfPropertiesWin) {
  read(R"({"a":1,"b":2,"properties":{"b":3,"\u0063":4},"c":5,"a":6})");
  EXPECT_EQ(draft_.properties(), R"({"b":3,"\u0063":4,"a":6})");
  read(R"({"properties":{"x":1},"x":2})");
  EXPECT_EQ(draft_.properties(), R"({"x":1})");
}

TEST_F(DraftTest, MergesManyMembersInLinearithmicTime) {
  std::string text = "{\"properties\":{\"k5\":0}";
  for (int i = 0; i < 60'000; ++i) text += str_cat(",\"k", i % 50'000, "\":", i);
  read(text + "}");
  const std::string_view properties = draft_.properties();
  EXPECT_EQ(properties.substr(0, 26), R"({"k5":0,"k10000":10000,"k1)");
  EXPECT_EQ(properties.substr(properties.size() - 14), R"("k9999":59999})");
}

TEST_F(DraftTest, TakesTheKindOrTheDefaultByTheName) {
  const auto kind = [&](std::string text) {
    read(std::move(text));
    Record record;
    draft_.copy_texts(record);
    return std::string(record.kind);
  };
  for (const std::string_view known : kKinds) {
    EXPECT_EQ(kind(str_cat(R"({"name":"n","kind":")", known, "\"}")), known);
    EXPECT_EQ(fault(), "");
  }
  EXPECT_EQ(kind(R"({"name":"n"})"), "event");
  EXPECT_EQ(kind(R"({"name":"n","kind":null})"), "event");
  EXPECT_EQ(kind(R"({"name":"n","kind":""})"), "event");
  EXPECT_EQ(kind(R"({"name":"pageview"})"), "page");
  EXPECT_EQ(kind(R"({"name":"pageview","kind":"event"})"), "event");
  for (const char* unknown : {"Page", "track", "event "}) {
    kind(str_cat(R"({"name":"n","kind":")", unknown, "\"}"));
    EXPECT_EQ(fault(), "kind is none of event, page, error, identify, group, log, metric, span");
  }
  kind(R"({"name":"n","kind":1})");
  EXPECT_EQ(fault(), "kind is not a text");
}

TEST_F(DraftTest, NamesTheFirstMemberThatBreaksARule) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"name":1})", "name is not a text"},
      {R"({"url":[]})", "url is not a text"},
      {R"({"user_id":true,"name":1})", "user_id is neither a text nor a number"},
      {R"({"properties":[1]})", "properties is not an object"},
      {R"({"time":"soon"})", "time is neither RFC 3339 nor a Unix time"},
      {R"({"time":{}})", "time is neither RFC 3339 nor a Unix time"},
      {R"({"session_id":"a\u0000b"})", "session_id holds a NUL character"},
      {str_cat("{\"name\":\"", std::string(257, 'n'), "\"}"), "name is longer than 256 bytes"},
      {str_cat("{\"id\":\"", std::string(257, 'n'), "\"}"), "id is longer than 256 bytes"},
      {str_cat("{\"url\":\"", std::string(8193, 'n'), "\"}"), "url is longer than 8192 bytes"},
      {str_cat("{\"properties\":", std::string(64, '['), std::string(64, ']'), "}"),
       "properties is not an object"},
      {str_cat("{\"properties\":{\"a\":", std::string(64, '['), std::string(64, ']'), "}}"),
       "properties nests deeper than 64"},
      {str_cat("{\"a\":", std::string(64, '['), std::string(64, ']'), "}"),
       "properties nests deeper than 64"},
  };
  for (const auto& [text, expected] : cases) {
    read(text);
    EXPECT_EQ(fault(), expected) << text;
  }
  read(str_cat("{\"name\":\"", std::string(256, 'n'),
               "\",\"properties\":{\"a\":", std::string(63, '['), std::string(63, ']'), "}}"));
  EXPECT_EQ(fault(), "");
}

TEST_F(DraftTest, KeepsEscapesInsideProperties) {
  read(R"({"properties":{"a":"\u0000","b":"\ud800"},"c":"\u0000"})");
  EXPECT_EQ(draft_.properties(), R"({"a":"\u0000","b":"\ufffd","c":"\u0000"})");
}

TEST_F(DraftTest, BelievesATimeWithinTheWindowOnly) {
  constexpr std::int64_t kNow = 1'795'515'837'312;
  const auto settled = [&](std::int64_t time) {
    read(str_cat("{\"time\":", time, "}"));
    return draft_.settle_time(kNow);
  };
  EXPECT_EQ(settled(kNow - 7 * kDayMs), kNow - 7 * kDayMs);
  EXPECT_EQ(draft_.properties(), "");
  EXPECT_EQ(settled(kNow + 3'600'000), kNow + 3'600'000);
  EXPECT_EQ(settled(kNow - 7 * kDayMs - 1), std::nullopt);
  EXPECT_EQ(draft_.properties(), str_cat("{\"time\":", kNow - 7 * kDayMs - 1, "}"));
  EXPECT_EQ(settled(kNow + 3'600'001), std::nullopt);
  read(R"({"time":"2020-01-01T00:00:00Z","properties":{"time":"own"}})");
  EXPECT_EQ(draft_.settle_time(kNow), std::nullopt);
  EXPECT_EQ(draft_.properties(), R"({"time":"own"})");
}

TEST_F(DraftTest, TakesTextsAsAFormHasThem) {
  draft_.clear();
  draft_.take_text("name", "buy");
  draft_.take_text("time", "1795515837");
  draft_.take_text("properties", R"({"a": 1})");
  draft_.take_text("pl\"an", "<pro>");
  EXPECT_EQ(draft_.settle_time(1'795'515'837'312), 1'795'515'837'000);
  EXPECT_EQ(draft_.properties(), "{\"a\":1,\"pl\\\"an\":\"\\u003cpro\\u003e\"}");
  draft_.take_text("properties", "{");
  EXPECT_EQ(fault(), "properties is not JSON");
}

TEST_F(DraftTest, MovesAFieldToTheProperties) {
  read(R"({"ip":"192.0.2.1","properties":{"a":1}})");
  draft_.keep_field(TextField::kIp);
  draft_.keep_field(TextField::kUserAgent);
  EXPECT_EQ(draft_.properties(), R"({"a":1,"ip":"192.0.2.1"})");
}

}  // namespace
}  // namespace penstock::event
