#include "adapter/contract/mapping.h"

#include <gtest/gtest.h>

#include "adapter/contract/completion.h"
#include "adapter/contract/list_sink.h"
#include "base/bytes.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNow = 1'795'602'237'000;

constexpr Rule kRules[] = {
    {"id", Place::kId},
    {"event", Place::kName},
    {"label", Place::kName},
    {"context.page.url", Place::kUrl},
    {"context.ip", Place::kIp},
    {"user.id", Place::kUserId},
    {"userId", Place::kUserId},
    {"timestamp", Place::kTime},
    {"sentAt", Place::kSentAt},
    {"age", Place::kAge},
    {"writeKey", Place::kKey},
    {"type", Place::kType},
    {"properties", Place::kSpread},
    {"properties.token", Place::kDropped},
    {"properties.session", Place::kSessionId},
    {"agents.0", Place::kUserAgent},
    {"hops.0.name", Place::kSeen},
    {"word", Place::kSeen, 1},
    {"wort", Place::kSeen, 1},
    {"mot", Place::kSeen, 2},
};

constexpr Rules kTable(kRules);

class MappingTest : public ::testing::Test {
 protected:
  MappingTest() {
    origin_.project = "shop";
    origin_.ip = "192.0.2.1";
    origin_.received_at_ms = kNow;
  }
  event::Record made(std::string_view json) {
    item_.start();
    text_ = json;
    reserve_padding(text_);
    const auto read = workspace_.reader.read(
        text_, [this](json::Value& root) -> Result<void> { return item_.take(root); });
    EXPECT_TRUE(read) << json;
    return finished();
  }
  event::Record finished() {
    item_.finish(origin_, sent_at_ms_);
    Completion completion(origin_, "test", workspace_, sink_);
    EXPECT_EQ(completion.add_draft(), Completion::End::kAdded);
    return sink_[sink_.size() - 1];
  }

  Origin origin_;
  std::optional<std::int64_t> sent_at_ms_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
  std::string text_;
  Item item_{kTable, workspace_, workspace_.draft};
};

TEST_F(MappingTest, TakesMembersAlongTheirPathsAndKeepsTheRest) {
  const event::Record record =
      made(R"({"event":"Bought","context":{"page":{"url":"https://s.example/a","title":"A"},)"
           R"("ip":"203.0.113.9"},)"
           R"("userId":7,"list":[1,{"event":"no"}],"none":null,"type":"track","writeKey":"pk_1"})");
  EXPECT_EQ(record.name, "Bought");
  EXPECT_EQ(record.url, "https://s.example/a");
  EXPECT_EQ(record.user_id, "7");
  EXPECT_EQ(record.ip, "192.0.2.1");
  EXPECT_EQ(record.properties,
            R"({"context":{"page":{"url":"https://s.example/a","title":"A"},"ip":"203.0.113.9"},)"
            R"("list":[1,{"event":"no"}],"none":null,"type":"track"})");
  EXPECT_EQ(item_.text(Place::kKey), "pk_1");
  EXPECT_EQ(item_.text(Place::kType), "track");
}

TEST_F(MappingTest, SpreadsAnObjectAndDropsWhatIsToBeDropped) {
  const event::Record record =
      made(R"({"event":"E","properties":{"token":"secret","event":"own","session":"s-1",)"
           R"("deep":{"token":1}}})");
  EXPECT_EQ(record.session_id, "s-1");
  EXPECT_EQ(record.properties, R"({"event":"own","deep":{"token":1}})");
  EXPECT_EQ(made(R"({"event":"E","properties":"text"})").properties, R"({"properties":"text"})");
}

TEST_F(MappingTest, TheFirstRuleOfAPlaceThatFoundSomethingWins) {
  EXPECT_EQ(made(R"({"label":"L","event":"E"})").name, "E");
  EXPECT_EQ(sink_[sink_.size() - 1].properties, R"({"label":"L"})");
  EXPECT_EQ(made(R"({"label":"L","event":""})").name, "L");
  EXPECT_EQ(made(R"({"label":"L","event":{"a":1}})").properties, R"({"event":{"a":1}})");
  EXPECT_EQ(made(R"({"event":"E","user":{"id":"u-1"},"userId":"u-2"})").user_id, "u-1");
}

TEST_F(MappingTest, KeepsIdAndTimeAsTheClientWroteThem) {
  const event::Record record = made(R"({"event":"E","id":"m-1","timestamp":1795602236.5})");
  EXPECT_TRUE(record.id.is_from_client());
  EXPECT_EQ(record.occurred_at_ms, kNow - 500);
  EXPECT_EQ(record.properties, R"({"id":"m-1","timestamp":1795602236.5})");
}

TEST_F(MappingTest, CorrectsAClockThatIsWrongAndNoOther) {
  // An hour behind.
  EXPECT_EQ(
      made(R"({"event":"E","timestamp":1795598630000,"sentAt":1795598637000})").occurred_at_ms,
      kNow - 7'000);
  sent_at_ms_ = kNow - 3'600'000;
  EXPECT_EQ(made(R"({"event":"E","timestamp":1795598630000})").occurred_at_ms, kNow - 7'000);
  sent_at_ms_ = kNow - 300;  // The way here.
  EXPECT_EQ(made(R"({"event":"E","timestamp":1795602230123})").occurred_at_ms, 1'795'602'230'123);
}

TEST_F(MappingTest, TakesAnAgeWhereNoTimeIsSaid) {
  EXPECT_EQ(made(R"({"event":"E","age":1500})").occurred_at_ms, kNow - 1500);
  EXPECT_EQ(made(R"({"event":"E","age":1500,"timestamp":"bad"})").occurred_at_ms, kNow - 1500);
  EXPECT_EQ(made(R"({"event":"E","age":1500,"timestamp":1795602236000})").occurred_at_ms,
            kNow - 1000);
  for (const char* age : {"-1", "\"x\"", "1.5", "null", "9223372036854775807"}) {
    const event::Record record = made(str_cat(R"({"event":"E","age":)", age, "}"));
    EXPECT_EQ(record.occurred_at_ms, kNow) << age;
  }
  EXPECT_EQ(made(R"({"event":"E","age":1500})").properties, R"({"age":1500})");
}

TEST_F(MappingTest, BelievesAddressesOfServersAlone) {
  origin_.is_server_side = true;
  EXPECT_EQ(made(R"({"event":"E","context":{"ip":"203.0.113.9"}})").ip, "203.0.113.9");
  EXPECT_EQ(made(R"({"event":"E","context":{"ip":"$remote"}})").ip, "192.0.2.1");
}

TEST_F(MappingTest, CutsWhatIsTooLongAndKeepsItWhole) {
  const std::string name(300, 'n');
  const event::Record record = made(R"({"event":")" + name + R"("})");
  EXPECT_EQ(record.name, name.substr(0, 256));
  EXPECT_EQ(record.properties, R"({"event":")" + name + R"("})");

  const auto id_of = [&](const std::string& id) {
    return made(R"({"event":"E","id":")" + id + R"("})").id;
  };
  EXPECT_EQ(id_of(name + "a").key(), id_of(name + "a").key());
  EXPECT_NE(id_of(name + "a").key(), id_of(name + "b").key());
}

TEST_F(MappingTest, TakesPairs) {
  item_.start();
  item_.take_pair("event", "first");
  item_.take_pair("event", "second");
  item_.take_pair("context.page.url", "https://s.example/");
  item_.take_pair("properties.token", "secret");
  item_.take_pair("other", "1");
  item_.take_pair("other", "2");
  const event::Record record = finished();
  EXPECT_EQ(record.name, "second");
  EXPECT_EQ(record.url, "https://s.example/");
  EXPECT_EQ(record.properties, R"({"event":"first","other":["1","2"]})");
}

TEST_F(MappingTest, HoldsWhatTheAdapterMakesOfAText) {
  item_.start();
  item_.take_pair("event", "E");
  item_.take_pair("label", "coded");
  item_.drop("label");
  for (int i = 0; i < 40; ++i) {
    item_.keep_json("n", item_.hold("[" + std::to_string(i) + "]"));
  }
  EXPECT_EQ(finished().properties, R"({"n":[39]})");
}

TEST_F(MappingTest, GivesWayToTheAdapter) {
  item_.start();
  item_.take_pair("event", "E");
  item_.take_pair("userId", "$device:1");
  item_.set(Place::kAnonymousId, "1");
  item_.set(Place::kUserId, "");
  const event::Record record = finished();
  EXPECT_EQ(record.user_id, "");
  EXPECT_EQ(record.anonymous_id, "1");
  EXPECT_EQ(record.properties, R"({"userId":"$device:1"})");
}

TEST_F(MappingTest, TellsWhichMembersAnItemHas) {
  made(R"({"context":{"ip":{}},"event":"e","type":null,"userId":false,"label":[]})");
  EXPECT_TRUE(item_.has("context.ip"));
  EXPECT_TRUE(item_.has("userId"));
  EXPECT_TRUE(item_.has("label"));
  EXPECT_FALSE(item_.has("type"));
  EXPECT_FALSE(item_.has("context"));
  item_.start();
  EXPECT_FALSE(item_.has("label"));
  item_.take_pair("label", "");
  EXPECT_TRUE(item_.has("label"));
}

TEST_F(MappingTest, SpreadsTheTextOfAnObject) {
  EXPECT_EQ(made(R"({"event":"E","properties":"{\"a\":1}","b":2})").properties, R"({"a":1,"b":2})");
  EXPECT_EQ(made(R"({"event":"E","properties":"{a"})").properties, R"({"properties":"{a"})");
  item_.start();
  item_.take_pair("event", "E");
  item_.take_pair("properties", R"({"a":"b"})");
  EXPECT_EQ(finished().properties, R"({"a":"b"})");
}

TEST_F(MappingTest, KeepsBothOfTwoMembersOfOneName) {
  EXPECT_EQ(made(R"({"event":"E","type":"track","user":7,"properties":{"type":"own","user":{}}})")
                .properties,
            R"({"type":"own","user":{},"penstock_item":{"user":7,"type":"track"}})");
  EXPECT_EQ(made(R"({"event":"E","properties":"{\"type\":1}","type":"track"})").properties,
            R"({"type":1,"penstock_item":{"type":"track"}})");
}

TEST_F(MappingTest, KeepsATextThatWasMade) {
  item_.start();
  item_.take_pair("event", "E");
  item_.take_pair("userId", "pk_1");
  item_.drop("userId");
  item_.set_made(Place::kName, std::string(100, 'n'));
  item_.set_made(Place::kUrl, std::string("https://s.example/"));
  const event::Record record = finished();
  EXPECT_EQ(record.name, std::string(100, 'n'));
  EXPECT_EQ(record.url, "https://s.example/");
  EXPECT_EQ(record.user_id, "");
  EXPECT_EQ(record.properties, R"({"event":"E"})");
}

TEST_F(MappingTest, TakesTheFirstOfAnArray) {
  origin_.is_server_side = true;
  const event::Record record =
      made(R"({"event":"E","agents":["A","B"],"hops":[{"name":"one"},{"name":"two"}]})");
  EXPECT_EQ(record.user_agent, "A");
  EXPECT_EQ(item_.text_at("hops.0.name"), "one");
  EXPECT_EQ(record.properties, R"({"agents":["A","B"],"hops":[{"name":"one"},{"name":"two"}]})");
  EXPECT_EQ(made(R"({"event":"E","agents":[],"hops":[[]]})").user_agent, "");
  EXPECT_EQ(made(R"({"event":"E","agents":[["A"]]})").properties, R"({"agents":[["A"]]})");
}

TEST_F(MappingTest, FindsAPartByItsNumber) {
  made(R"({"event":"E","wort":"b","word":"","mot":"c"})");
  EXPECT_EQ(item_.part_text(1), "b");
  EXPECT_EQ(item_.part_text(2), "c");
  EXPECT_EQ(item_.part_text(3), "");
  item_.drop_part(1);
  EXPECT_EQ(item_.part_text(1), "");
}

TEST_F(MappingTest, PutsATextsMembersDeeperThanItsOwn) {
  item_.start();
  text_ = R"({"event":"outer","word":"outer","n":1,"kept":true})";
  reserve_padding(text_);
  std::string inner = R"({"word":"inner","n":2,"event":"inner"})";
  reserve_padding(inner);
  ASSERT_TRUE(workspace_.reader.read(text_, [&](json::Value& root) { return item_.take(root); }));
  ASSERT_TRUE(workspace_.text_reader.read(
      inner, [&](json::Value& root) { return item_.take_deeper(root); }));
  const event::Record record = finished();
  EXPECT_EQ(record.name, "inner");
  EXPECT_EQ(record.properties, R"({"kept":true,"n":2,"event":"outer","word":"inner",)"
                               R"("penstock_item":{"n":1,"word":"outer"}})");
}

}  // namespace
}  // namespace penstock::adapter
