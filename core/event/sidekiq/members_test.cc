#include "event/sidekiq/members.h"

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

TEST(SidekiqMembers, KeepsEveryTextThatIsNotChanged) {
  const std::string job =
      R"({"class":"A::B","args":[1.50,{},[],"\u00e9<",12345678901234567890],"x":1e2,"é":null})";
  auto members = SidekiqMembers::parse(job);
  ASSERT_TRUE(members);
  EXPECT_EQ(members->finish(), job);

  members->set("x", "2");
  members->set_text("new", "a\"b");
  members->set_time("at", 1'795'515'837'000);
  members->remove("class");
  EXPECT_EQ(members->finish(),
            R"({"args":[1.50,{},[],"\u00e9<",12345678901234567890],"x":2,"é":null,)"
            R"("new":"a\"b","at":1795515837.000})");
}

TEST(SidekiqMembers, ReadsScalarsByKind) {
  const auto members = SidekiqMembers::parse(R"({"text":"a\tb","count":3,"float":1795515837.312,)"
                                             R"("ms":1795515837312,"array":[1],"no":false})");
  ASSERT_TRUE(members);
  EXPECT_EQ(members->text("text"), "a\tb");
  EXPECT_EQ(members->text("count"), std::nullopt);
  EXPECT_EQ(members->text("absent"), std::nullopt);
  EXPECT_EQ(members->integer("count"), 3);
  EXPECT_EQ(members->integer("float"), std::nullopt);
  EXPECT_EQ(members->integer("array"), std::nullopt);
  EXPECT_EQ(members->time_ms("float"), 1'795'515'837'312);
  EXPECT_EQ(members->time_ms("ms"), 1'795'515'837'312);
  EXPECT_EQ(members->json("no"), "false");
  EXPECT_EQ(members->json("absent"), "");
}

// As Ruby reads them.
TEST(SidekiqMembers, TakesTheLastOfEqualNames) {
  auto members = SidekiqMembers::parse(R"({"a":1,"a":2})");
  ASSERT_TRUE(members);
  EXPECT_EQ(members->integer("a"), 2);
  members->set("a", "3");
  EXPECT_EQ(members->finish(), R"({"a":1,"a":3})");
}

TEST(SidekiqMembers, TellsNoJsonFromNoObject) {
  for (const char* text : {"", "{", "no job", "{\"a\":1} x", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(SidekiqMembers::parse(text).error().code, ErrorCode::kCorrupt) << text;
  }
  for (const char* text : {"5", "[]", "\"x\"", "null"}) {
    EXPECT_EQ(SidekiqMembers::parse(text).error().code, ErrorCode::kRejected) << text;
  }
}

}  // namespace
}  // namespace penstock::event
