#include "adapter/sentry/items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "adapter/sentry/sentry.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

class SentryItemsTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got send(std::string_view items) {
    return probe_.post("/api/42/envelope",
                       str_cat(R"({"event_id":"6720ec75eb7a40bca05a83b6c7f9ef15"})", "\n", items));
  }

  ProtocolProbe probe_{kSentryProtocol};
};

TEST_F(SentryItemsTest, ReadsEveryTypeOfAnEnvelope) {
  const auto got = send(
      "{\"type\":\"transaction\"}\n"
      R"({"transaction":"POST /checkout","timestamp":"2026-11-26T12:43:08.128Z","event_id":"t1"})"
      "\n{\"type\":\"span\",\"item_count\":2}\n"
      R"({"version":2,"items":[{"name":"db","span_id":"s1","trace_id":"t","start_timestamp":)"
      R"(1795696984.5,"attributes":{"user.id":{"value":"user-1","type":"string"}}},7]})"
      "\n{\"type\":\"log\",\"item_count\":1}\n"
      R"({"version":2,"items":[{"timestamp":1795696984.25,"level":"info","body":"cart opened"}]})"
      "\n{\"type\":\"session\"}\n"
      R"({"sid":"666d","started":"2026-11-26T12:43:00Z","timestamp":"2026-11-26T12:43:05Z",)"
      R"("status":"ok","did":"user-1"})"
      "\n{\"type\":\"session\"}\n"
      R"({"sid":"666d","started":"2026-11-26T12:43:00Z","timestamp":"2026-11-26T12:43:06Z",)"
      R"("status":"exited"})"
      "\n{\"type\":\"check_in\"}\n{\"check_in_id\":\"c\",\"monitor_slug\":\"m\",\"status\":\"ok\"}"
      "\n{\"type\":\"feedback\"}\n"
      R"({"event_id":"f1","contexts":{"feedback":{"message":"slow","url":"https://s.example/"}}})"
      "\n{\"type\":\"user_report\"}\n{\"event_id\":\"t1\",\"comments\":\"broke\"}"
      "\n{\"type\":\"client_report\"}\n{\"discarded_events\":[{\"quantity\":1}]}"
      "\n{\"type\":\"sessions\"}\n{\"aggregates\":[{\"exited\":3}]}"
      "\n{\"type\":\"trace_metric\"}\n{\"items\":[{\"name\":\"hits\",\"value\":1}]}"
      "\n{\"type\":\"replay_recording\",\"length\":3}\n\x01\x02\n"
      "\n{\"type\":\"news\"}\n{\"a\":1}"
      "\n{\"type\":\"attachment\",\"length\":5,\"filename\":\"a.txt\"}\nte\nxt"
      "\n{\"type\":\"attachment\",\"length\":3,\"filename\":\"b.bin\"}\n\xff\xfe\x00"s);
  EXPECT_EQ(got.outcome.status, 200);
  std::vector<std::string> found;
  for (const auto& event : got.events) found.push_back(str_cat(event.kind, " ", event.name));
  EXPECT_THAT(found,
              ::testing::ElementsAre("span POST /checkout", "span db", "log info", "event session",
                                     "event session", "event check_in", "event feedback",
                                     "event user_report", "metric client_report", "metric sessions",
                                     "metric hits", "event attachment", "event attachment"));
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
  EXPECT_EQ(got.events[1].user_id, "user-1");
  EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'696'984'500);
  EXPECT_EQ(got.events[2].occurred_at_ms, 1'795'696'984'250);
  EXPECT_EQ(got.events[3].session_id, "666d");
  EXPECT_EQ(got.events[3].user_id, "user-1");
  EXPECT_NE(got.events[3].id.key(), got.events[4].id.key());
  EXPECT_NE(got.events[0].id.key(), got.events[7].id.key());
  EXPECT_EQ(got.events[6].url, "https://s.example/");
  EXPECT_THAT(got.events[11].properties, HasSubstr(R"("content":"te\nxt")"));
  EXPECT_THAT(got.events[11].properties, HasSubstr(R"("filename":"a.txt")"));
  EXPECT_THAT(got.events[12].properties, HasSubstr(R"("content_base64":"//4A")"));
  EXPECT_THAT(got.events[12].properties, HasSubstr(R"("bytes":3)"));
}

TEST_F(SentryItemsTest, DescribesALargeAttachment) {
  const std::string large(65'537, 'a');
  const auto got = send(str_cat(R"({"type":"attachment","length":)", large.size(), "}\n", large));
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("bytes":65537)"));
  EXPECT_THAT(got.events[0].properties, Not(HasSubstr("content")));
}

TEST_F(SentryItemsTest, KnowsWhatIsSentAgain) {
  const auto key = [&](std::string_view type, std::string_view json) {
    const auto got = send(str_cat("{\"type\":\"", type, "\"}\n", json));
    return got.events.size() == 1 ? std::string(got.events[0].id.key()) : "";
  };
  const std::string_view in_progress = R"({"check_in_id":"c","status":"in_progress"})";
  EXPECT_EQ(key("check_in", in_progress), key("check_in", in_progress));
  EXPECT_NE(key("check_in", in_progress), key("check_in", R"({"check_in_id":"c","status":"ok"})"));
  const std::string_view span = R"({"items":[{"span_id":"s","trace_id":"t","name":"n"}]})";
  EXPECT_EQ(key("span", span), key("span", span));
  // Logs have no id.
  const std::string_view log = R"({"items":[{"level":"info"}]})";
  EXPECT_NE(key("log", log), key("log", log));
  EXPECT_EQ(without_dashes("a7824303-c202-408c-9fe7-06f543ab68c8"),
            "a7824303c202408c9fe706f543ab68c8");
}

}  // namespace
}  // namespace penstock::adapter
