#include "adapter/cloudevents/cloudevents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;
using Headers = std::vector<http::Header>;

constexpr std::string_view kPath = "/cloudevents";

class CloudeventsTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got structured(std::string_view body) {
    return probe_.post(kPath, body, {{"Content-Type", "application/cloudevents+json"}});
  }
  ProtocolProbe::Got binary(std::string_view body, const Headers& more) {
    Headers headers = {{"Ce-Id", "7"},
                       {"ce-source", "/shop"},
                       {"CE-TYPE", "com.shop.order"},
                       {"ce-specversion", "1.0"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return probe_.post(kPath, body, headers);
  }
  event::Record only(const ProtocolProbe::Got& got) {
    EXPECT_EQ(got.outcome.status, 204) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kCloudeventsProtocol};
};

TEST_F(CloudeventsTest, ReadsAStructuredEvent) {
  const event::Record event = only(structured(
      R"({"id":"7","time":"2026-11-26T12:00:00.123Z","type":"com.shop.order","source":"/shop",)"
      R"("specversion":"1.0","subject":"https://s.example/7","tenant":"acme",)"
      R"("data":{"plan":"pro","n":{"m":1}}})"));
  EXPECT_EQ(event.source, "cloudevents");
  EXPECT_EQ(event.kind, "event");
  EXPECT_EQ(event.name, "com.shop.order");
  EXPECT_EQ(event.url, "https://s.example/7");
  EXPECT_EQ(event.occurred_at_ms, 1'795'694'400'123);
  for (const char* kept : {R"("id":"7")", R"("source":"/shop")", R"("specversion":"1.0")",
                           R"("tenant":"acme")", R"("plan":"pro")", R"("n":{"m":1})"}) {
    EXPECT_THAT(event.properties, HasSubstr(kept));
  }
}

TEST_F(CloudeventsTest, IsOneEventInEveryMode) {
  const event::Record structured_one = only(structured(
      R"({"specversion":"1.0","id":"7","source":"/shop","type":"com.shop.order","data":{"a":1}})"));
  const event::Record binary_one =
      only(binary(R"({"a":1})", {{"Content-Type", "application/json"}}));
  const auto batch = probe_.post(
      kPath,
      R"([{"specversion":"1.0","id":"7","source":"/shop","type":"com.shop.order","data":{"a":1}},)"
      R"({"specversion":"1.0","id":"7","source":"/shop 7","type":"t"}])",
      {{"Content-Type", "application/cloudevents-batch+json; charset=UTF-8"}});
  ASSERT_EQ(batch.events.size(), 2u);
  EXPECT_EQ(structured_one.id, binary_one.id);
  EXPECT_EQ(structured_one.id, batch.events[0].id);
  EXPECT_NE(structured_one.id, batch.events[1].id);
  EXPECT_EQ(binary_one.name, "com.shop.order");
  EXPECT_THAT(binary_one.properties, HasSubstr(R"("a":1)"));
}

TEST_F(CloudeventsTest, KeepsDataAsWhatItIs) {
  const auto data = [this](std::string_view body, std::string_view type) {
    return std::string(only(binary(body, {{"Content-Type", type}})).properties);
  };
  EXPECT_THAT(data(R"([1, "a"])", "application/vnd.x+json"), HasSubstr(R"("data":[1,"a"])"));
  EXPECT_THAT(data("7", "application/json"), HasSubstr(R"("data":7)"));
  EXPECT_THAT(data("{broken", "application/json"), HasSubstr(R"("data":"{broken")"));
  EXPECT_THAT(data("{\"a\":1}", ""), HasSubstr(R"("a":1)"));
  EXPECT_THAT(data("{\"a\":1}", "text/plain"), HasSubstr(R"("data":"{\"a\":1}")"));
  EXPECT_THAT(data("ü note", "text/plain"), HasSubstr(R"("data":"ü note")"));
  EXPECT_THAT(data("\xff\x01", "application/octet-stream"), HasSubstr(R"("data_base64":"/wE=")"));
  EXPECT_THAT(data(std::string(200, '['), "application/json"), HasSubstr(R"("data":"[[[)"));
  EXPECT_THAT(data("<a/>", "application/xml"), HasSubstr(R"("datacontenttype":"application/xml")"));
  const auto text =
      only(structured(R"({"specversion":"1.0","id":"7","source":"/s","type":"t","data":"text",)"
                      R"("data_base64":"/w=="})"));
  EXPECT_THAT(text.properties, HasSubstr(R"("data":"text","data_base64":"/w==")"));
}

TEST_F(CloudeventsTest, DecodesHeaders) {
  const event::Record event = only(binary("", {{"ce-subject",
                                                "B\xfc"
                                                "cher"},
                                               {"ce-tenant", "%E2%82%AC"},
                                               {"ce-data", "x"},
                                               {"ce-time", "2026-11-26T12:00:00Z"}}));
  EXPECT_EQ(event.url, "");
  EXPECT_THAT(event.properties, HasSubstr(R"("subject":"Bücher")"));
  EXPECT_THAT(event.properties, HasSubstr(R"("tenant":"€")"));
  EXPECT_EQ(event.occurred_at_ms, 1'795'694'400'000);
  const auto bad = binary("", {{"ce-subject", "%FF"}});
  EXPECT_EQ(bad.outcome.status, 400);
  EXPECT_TRUE(bad.events.empty());
}

TEST_F(CloudeventsTest, TellsAnEventByItsBodyWhereNoHeaderDoes) {
  EXPECT_EQ(probe_
                .post(kPath, R"({"specversion":"1.0","id":"7","source":"/s","type":"t"})",
                      {{"Content-Type", "application/json"}})
                .outcome.accepted,
            1u);
}

TEST_F(CloudeventsTest, RefusesWhatIsNone) {
  for (const char* body :
       {R"({"specversion":"1.0"})", R"({"specversion":"1.0","id":"7","type":"t"})",
        R"({"specversion":"1.0","source":"/s","type":"t"})",
        R"({"specversion":"1.0","id":"7","source":"/s"})", R"({"id":"7","source":"/s","type":"t"})",
        R"({"specversion":"1.0","id":{},"source":"/s","type":"t"})", "7"}) {
    EXPECT_EQ(structured(body).outcome.status, 422) << body;
  }
  EXPECT_EQ(structured("{").outcome.status, 400);
  EXPECT_EQ(
      probe_.post(kPath, "<a/>", {{"Content-Type", "application/cloudevents+xml"}}).outcome.status,
      415);
  EXPECT_EQ(probe_.post(kPath, "x", {{"ce-id", "7"}}).outcome.status, 422);
}

TEST_F(CloudeventsTest, ConsentsToAHandshake) {
  const auto ask = [this](const Headers& headers) {
    return probe_.ask(http::Method::kOptions, kPath, {}, headers).outcome.own_answer;
  };
  EXPECT_EQ(ask({{"WebHook-Request-Origin", "events.example"}, {"WebHook-Request-Rate", "120"}}),
            "WebHook-Allowed-Origin: events.example\r\nWebHook-Allowed-Rate: 120\r\n"
            "Allow: OPTIONS, POST\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ask({{"WebHook-Request-Origin", "a b"}, {"WebHook-Request-Rate", "fast"}}),
            "WebHook-Allowed-Origin: *\r\nWebHook-Allowed-Rate: *\r\n"
            "Allow: OPTIONS, POST\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(ask({{"WebHook-Request-Origin", "a"}}), ::testing::Not(HasSubstr("Rate")));
  EXPECT_EQ(ask({}), "");
}

}  // namespace
}  // namespace penstock::adapter
