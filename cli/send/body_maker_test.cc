#include "cli/send/body_maker.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "json/reader.h"

namespace penstock::cli {
namespace {

std::uint32_t events_in(Body body) {
  reserve_padding(body.bytes);
  std::uint32_t count = 0;
  json::Reader reader;
  const auto visit = [&](std::size_t /*line*/, json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kArray) {
      ++count;
      return {};
    }
    return root.elements([&](json::Value& /*event*/) -> Result<void> {
      ++count;
      return {};
    });
  };
  EXPECT_TRUE(reader.read_lines(body.bytes, visit)) << body.bytes;
  return count;
}

TEST(BodyMaker, MixesFormsAndSaysHowManyEventsEachHolds) {
  BodyMaker maker(TrafficOptions(), 5'000, 0, 0);
  std::set<std::string> forms;
  std::uint64_t total = 0;
  Body body;
  while (maker.left() > 0) {
    maker.make(body);
    EXPECT_EQ(events_in(body), body.events);
    EXPECT_FALSE(body.user_agent.empty());
    total += body.events;
    const bool is_array = body.bytes.front() == '[';
    forms.insert(is_array ? "array" : body.events > 1 ? "lines" : "single");
    const bool is_lines = !is_array && body.events > 1;
    if (body.events > 1) {
      EXPECT_STREQ(body.content_type, is_lines ? "application/x-ndjson" : "application/json");
    }
  }
  EXPECT_EQ(total, 5'000u);
  EXPECT_EQ(forms, (std::set<std::string>{"array", "lines", "single"}));
}

TEST(BodyMaker, KeepsRequestsSmallForASmallRate) {
  BodyMaker maker(TrafficOptions(), 200, 0, 20);
  Body body;
  while (maker.left() > 0) {
    maker.make(body);
    EXPECT_LE(body.events, 2u);
  }
}

TEST(BodyMaker, ReadsAnIntakesAnswers) {
  EXPECT_EQ(accepted_of(R"({"accepted":3})"), 3u);
  EXPECT_EQ(accepted_of(R"({"accepted":3,"rejected":[{"index":1,"error":"x"}]})"), 3u);
  for (const char* text : {"", "{}", "[]", "<html>", R"({"accepted":-1})", R"({"accepted":"3"})"}) {
    EXPECT_FALSE(accepted_of(text)) << text;
  }
  EXPECT_EQ(reason_of(413, R"({"error":"too_large"})"), "413 too_large");
  EXPECT_EQ(reason_of(502, "<html>"), "502");
}

}  // namespace
}  // namespace penstock::cli
