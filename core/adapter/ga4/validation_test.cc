#include "adapter/ga4/validation.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::adapter {
namespace {

// The codes and paths that are said, in order.
std::string said(std::string body) {
  json::Reader reader, own;
  reserve_padding(body);
  std::string text = validation_messages(body, reader);
  reserve_padding(text);
  std::string out;
  const auto read = own.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view, json::Value& list) {
      return list.elements([&](json::Value& message) {
        return message.members([&](std::string_view key, json::Value& value) -> Result<void> {
          if (key != "description") out.append(value.string().value_or("?")).append(" ");
          return {};
        });
      });
    });
  });
  EXPECT_TRUE(read) << text;
  return out;
}

TEST(Validation, HasNothingToSayOfAGoodBody) {
  EXPECT_EQ(said(R"({"client_id":"1.2","events":[{"name":"a_1","params":{"v":1,"t":"x"}}]})"), "");
  std::string body = "{}";
  json::Reader reader;
  EXPECT_NE(validation_messages(body, reader), R"({"validationMessages":[]})");
}

TEST(Validation, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(said("{}"), "client_id VALUE_REQUIRED events VALUE_REQUIRED ");
  EXPECT_EQ(said("[]"), " VALUE_INVALID ");
  EXPECT_EQ(said("x"), " VALUE_INVALID ");
  const auto of_events = [](const std::string& events) {
    return said(R"({"client_id":"1","events":)" + events + "}");
  };
  EXPECT_EQ(of_events("{}"), "events VALUE_INVALID ");
  EXPECT_EQ(of_events("[]"), "events VALUE_REQUIRED ");
  EXPECT_EQ(of_events("[1,{}]"), "events[0] VALUE_INVALID events[1].name VALUE_REQUIRED ");
  EXPECT_EQ(
      of_events(R"([{"name":"1bad"},{"name":"error"},{"name":3}])"),
      "events[0].name NAME_INVALID events[1].name NAME_RESERVED events[2].name NAME_INVALID ");
  EXPECT_EQ(of_events(R"([{"name":"a","params":{"b c":1}},{"name":"a","params":[]}])"),
            "events[0].params.b c NAME_INVALID events[1].params VALUE_INVALID ");
  // Characters, not bytes.
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ü";
  EXPECT_EQ(of_events(R"([{"name":"a","params":{"t":")" + text + R"("}}])"), "");
  EXPECT_EQ(of_events(R"([{"name":"a","params":{"t":"x)" + text + R"(","page_title":"x)" + text +
                      R"("}}])"),
            "events[0].params.t VALUE_OUT_OF_BOUNDS ");
}

TEST(Validation, SaysNoMoreThanAPersonReads) {
  std::string events = "[0";
  for (int i = 0; i < 10'000; ++i) events += ",0";
  const std::string all = said(R"({"client_id":"1","events":)" + events + "]}");
  EXPECT_LT(all.size(), 5'000u);
}

}  // namespace
}  // namespace penstock::adapter
