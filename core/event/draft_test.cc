#include "event/draft.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "event/kind.h"
#include "event/limits.h"

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

// A few names are compared, more are hashed, and many sorted, as are those whose hashes are one.
TEST_F(DraftTest, LetsTheLastOfANameCountHoweverManyThereAre) {
  const auto expect = [this](int others, std::string_view ends) {
    std::string text = R"({"name":"n","a":1)";
    std::string wanted = "{";
    for (int i = 0; i < others; ++i) {
      text += str_cat(",\"", ends, 1000 + i, ends, "\":0");
      wanted += str_cat("\"", ends, 1000 + i, ends, "\":0,");
    }
    read(text + "}");
    EXPECT_EQ(draft_.properties(),
              "{\"a\":1" + (others > 0 ? "," + wanted.substr(1, wanted.size() - 2) : "") + "}");
    read(text + R"(,"a":2})");
    EXPECT_EQ(draft_.properties(), wanted + R"("a":2})");
  };
  for (int others = 0; others < 12; ++others) expect(others, "k");
  for (const int others : {100, 254, 255, 256, 257, 300}) expect(others, "k");
  for (const int others : {5, 20, 100}) expect(others, "the_same_ends");
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
      {R"({"properties":[[]]})", "properties is not an object"},
      {R"({"properties":"[]"})", "properties is not an object"},
      {str_cat("{\"name\":\"", std::string(257, 'n'), "\"}"), "name is longer than 256 bytes"},
      {str_cat("{\"id\":\"", std::string(257, 'n'), "\"}"), "id is longer than 256 bytes"},
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
    return draft_.settle_time(kNow, false);
  };
  EXPECT_EQ(settled(kNow - 7 * kDayMs), kNow - 7 * kDayMs);
  EXPECT_EQ(draft_.properties(), "");
  EXPECT_EQ(settled(kNow + 3'600'000), kNow + 3'600'000);
  EXPECT_EQ(settled(kNow - 7 * kDayMs - 1), std::nullopt);
  EXPECT_EQ(draft_.properties(), str_cat("{\"time\":", kNow - 7 * kDayMs - 1, "}"));
  EXPECT_EQ(settled(kNow + 3'600'001), std::nullopt);
  read(R"({"time":"2020-01-01T00:00:00Z","properties":{"time":"own"}})");
  EXPECT_EQ(draft_.settle_time(kNow, false), std::nullopt);
  EXPECT_EQ(draft_.properties(), R"({"time":"own"})");
}

TEST_F(DraftTest, BelievesAServersTimeWhateverItIs) {
  constexpr std::int64_t kNow = 1'795'515'837'312;
  const auto settled = [&](std::string_view time) {
    read(str_cat("{\"time\":", time, "}"));
    return draft_.settle_time(kNow, true);
  };
  EXPECT_EQ(settled(R"("2015-03-01T00:00:00Z")"), 1'425'168'000'000);
  EXPECT_EQ(settled("0"), 0);
  EXPECT_EQ(settled(str_cat(kNow + kDayMs)), kNow + kDayMs);
  EXPECT_EQ(draft_.properties(), "");
  // What no store can file is kept as it came.
  EXPECT_EQ(settled("-1"), std::nullopt);
  EXPECT_EQ(draft_.properties(), R"({"time":-1})");
  EXPECT_EQ(settled("253402300800000"), 253'402'300'800);  // By its size microseconds.
}

TEST_F(DraftTest, TakesAnEmptyTimeForNone) {
  for (const char* empty : {R"({"time":""})", R"({"time":" "})", R"({"time":null})"}) {
    read(empty);
    EXPECT_EQ(draft_.settle_time(0, false), std::nullopt);
    EXPECT_EQ(draft_.properties(), "");
    EXPECT_EQ(fault(), "");
  }
}

TEST_F(DraftTest, TakesAnEmptyArrayForNoProperties) {
  for (const char* empty : {R"({"properties":[]})", R"({"properties":[ ]})"}) {
    read(empty);
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(draft_.properties(), "");
  }
  read(R"({"a":1,"properties":[]})");
  EXPECT_EQ(draft_.properties(), R"({"a":1})");
}

TEST_F(DraftTest, CutsAnAddressThatIsTooLongAndSaysSo) {
  const std::string url = std::string(kUrlBytesMax - 1, 'u') + "\xc3\xa9";
  read(str_cat(R"({"url":")", url, R"(","referrer":")", std::string(20'000, 'r'), "\"}"));
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(draft_.text(TextField::kUrl), std::string(kUrlBytesMax - 1, 'u'));
  EXPECT_EQ(draft_.text(TextField::kReferrer).size(), kUrlBytesMax);
  EXPECT_EQ(draft_.properties(), R"({"penstock_cut":["url","referrer"]})");

  read(str_cat(R"({"url":")", std::string(kUrlBytesMax, 'u'), "\"}"));
  EXPECT_EQ(draft_.properties(), "");
  read(str_cat(R"({"url":")", url, R"(","url":"/","properties":{"a":1}})"));
  EXPECT_EQ(draft_.properties(), R"({"a":1})");
}

TEST_F(DraftTest, ReplacesNulInEveryMember) {
  read(R"({"name":"a\u0000b","url":"\u0000","user_id":"u\u0000","id":"\u0000\u0000"})");
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(draft_.text(TextField::kName),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(draft_.text(TextField::kUrl), "\xef\xbf\xbd");
  EXPECT_EQ(draft_.text(TextField::kUserId), "u\xef\xbf\xbd");
  EXPECT_EQ(draft_.text(TextField::kId), "\xef\xbf\xbd\xef\xbf\xbd");
  std::string text = R"({"url":")";
  for (std::size_t i = 0; i < kUrlBytesMax; ++i) text += "\\u0000";
  read(text + "\"}");
  EXPECT_EQ(draft_.text(TextField::kUrl).size(), kUrlBytesMax / 3 * 3);
  EXPECT_EQ(draft_.properties(), R"({"penstock_cut":["url"]})");
}

TEST_F(DraftTest, TakesTextsAsAFormHasThem) {
  draft_.clear();
  draft_.take_text("name", "buy");
  draft_.take_text("time", "1795515837");
  draft_.take_text("properties", R"({"a": 1})");
  draft_.take_text("pl\"an", "<pro>");
  EXPECT_EQ(draft_.settle_time(1'795'515'837'312, false), 1'795'515'837'000);
  EXPECT_EQ(draft_.properties(), "{\"a\":1,\"pl\\\"an\":\"\\u003cpro\\u003e\"}");
  draft_.take_text("properties", "{");
  EXPECT_EQ(fault(), "properties is not JSON");
}

TEST_F(DraftTest, MakesAnArrayOfAFormsRepeatedFields) {
  draft_.clear();
  for (const char* tag : {"a", "b\"", "", "a"}) draft_.take_text("tag", tag);
  draft_.take_text("once", "1");
  draft_.take_text("own", "2");
  draft_.take_text("own", "3");
  draft_.take_text("properties", R"({"own":4})");
  EXPECT_EQ(draft_.properties(), R"({"own":4,"tag":["a","b\"","","a"],"once":"1"})");
  // In JSON the last of equals counts.
  read(R"({"tag":"a","tag":"b"})");
  EXPECT_EQ(draft_.properties(), R"({"tag":"b"})");
}

TEST_F(DraftTest, MovesAFieldToTheProperties) {
  read(R"({"ip":"192.0.2.1","properties":{"a":1}})");
  draft_.keep_field(TextField::kIp);
  draft_.keep_field(TextField::kUserAgent);
  EXPECT_EQ(draft_.properties(), R"({"a":1,"ip":"192.0.2.1"})");

  read(R"({"ip":"a\"b","user_agent":"M <x>"})");
  draft_.keep_field(TextField::kIp);
  draft_.keep_field(TextField::kUserAgent);
  EXPECT_EQ(draft_.properties(), R"({"ip":"a\"b","user_agent":"M <x>"})");
  // What counts is where the last one came from.
  read(R"({"ip":"192.0.2.1"})");
  draft_.take_text("ip", "\"");
  draft_.keep_field(TextField::kIp);
  EXPECT_EQ(draft_.properties(), R"({"ip":"\""})");
}

TEST(Draft, TakesItsPropertiesFromAText) {
  Draft draft;
  for (const char* text : {"", "[]", "text", "{", "{\"a\":}", "{} x"}) {
    EXPECT_FALSE(draft.take_properties_of(text)) << text;
  }
  EXPECT_FALSE(draft.fault());
  draft.keep_text("a", "of others");
  EXPECT_TRUE(draft.take_properties_of(R"( {"a": 1, "b": {}} )"));
  EXPECT_FALSE(draft.take_properties_of(R"({"c":1})"));
  EXPECT_EQ(draft.properties(), R"({"a":1,"b":{},"penstock_item":{"a":"of others"}})");
  draft.clear();
  EXPECT_TRUE(draft.take_properties_of("{}"));
  EXPECT_EQ(draft.properties(), "");
}

TEST(Draft, KeepsWhatGivesWayToADeeperMemberOfItsName) {
  Draft draft;
  draft.keep_text("type", "track");
  draft.keep_text("same", "1");
  draft.keep_text("only", "1");
  draft.set_depth(1);
  draft.keep_text("type", "mine");
  draft.keep_text("same", "1");
  draft.keep_text("url", "/a");
  draft.set_depth(2);
  draft.keep_text("url", "/b");
  draft.keep_text("url", "/c");
  EXPECT_EQ(draft.properties(), R"({"only":"1","type":"mine","same":"1","url":"/c",)"
                                R"("penstock_item":{"type":"track","url":"/a"}})");
  draft.clear();
  EXPECT_EQ(draft.depth(), 0);
  draft.keep_text("type", "track");
  EXPECT_TRUE(draft.take_properties_of(R"({"type":"mine"})"));
  EXPECT_EQ(draft.properties(), R"({"type":"mine","penstock_item":{"type":"track"}})");
  // Within one depth the last counts, as ever.
  draft.clear();
  draft.keep_text("type", "a");
  draft.keep_text("type", "b");
  EXPECT_EQ(draft.properties(), R"({"type":"b"})");
}

}  // namespace
}  // namespace penstock::event
