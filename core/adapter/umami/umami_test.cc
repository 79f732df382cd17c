#include "adapter/umami/umami.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class UmamiTest : public ::testing::Test {
 protected:
  event::Record only(std::string_view body) {
    const auto got = probe_.post("/api/send", body);
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_THAT(got.answer, EndsWith(R"({"cache":"","sessionId":"","visitId":""})"));
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kUmamiProtocol};
};

TEST_F(UmamiTest, ReadsAPage) {
  const event::Record record =
      only(R"({"type":"event","payload":{"website":"94db1cb1","hostname":"shop.example",)"
           R"("url":"/pricing?utm_source=news","referrer":"https://r.example/","title":"T",)"
           R"("language":"de-DE","screen":"1920x1080"}})");
  EXPECT_EQ(record.project, "default");
  EXPECT_EQ(record.source, "umami");
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.name, "pageview");
  EXPECT_EQ(record.url, "https://shop.example/pricing?utm_source=news");
  EXPECT_EQ(record.referrer, "https://r.example/");
  for (const char* kept :
       {R"("website":"94db1cb1")", R"("hostname":"shop.example")", R"("title":"T")",
        R"("url":"/pricing?utm_source=news")", R"("screen":"1920x1080")", R"("type":"event")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(UmamiTest, ReadsAnEvent) {
  const event::Record record = only(
      R"({"type":"event","payload":{"website":"w","name":"past","id":"user-1",)"
      R"("timestamp":1795603442,"url":"https://shop.example/a","data":{"plan":"pro","x":{"y":[1]}}}})");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "past");
  EXPECT_EQ(record.user_id, "user-1");
  EXPECT_EQ(record.url, "https://shop.example/a");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'442'000);
  EXPECT_THAT(record.properties, HasSubstr(R"("plan":"pro","x":{"y":[1]})"));
  EXPECT_THAT(record.properties, HasSubstr(R"("timestamp":1795603442)"));
}

TEST_F(UmamiTest, KeepsBothOfTwoMembersOfOneName) {
  const event::Record record =
      only(R"({"type":"event","payload":{"hostname":"h","url":"/a","title":"T","name":"E",)"
           R"("data":{"url":"https://b/","title":"own","type":"x","name":"n"}}})");
  EXPECT_EQ(record.name, "E");
  EXPECT_EQ(record.url, "https://h/a");
  EXPECT_THAT(record.properties, HasSubstr(R"("url":"https://b/","title":"own","type":"x")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("penstock_item":{"title":"T","type":"event",)"
                                           R"("url":"/a"})"));
}

TEST_F(UmamiTest, TellsKinds) {
  const event::Record identify =
      only(R"({"type":"identify","payload":{"website":"w","data":{"email":"a@b.c"}}})");
  EXPECT_EQ(identify.kind, "identify");
  EXPECT_EQ(identify.name, "identify");
  EXPECT_THAT(identify.properties, HasSubstr(R"("email":"a@b.c")"));
  const event::Record metric =
      only(R"({"type":"performance","payload":{"website":"w","url":"/a","lcp":12.5}})");
  EXPECT_EQ(metric.kind, "metric");
  EXPECT_EQ(metric.name, "performance");
  EXPECT_EQ(metric.url, "/a");
  EXPECT_EQ(only(R"({"payload":{"url":"//shop.example/a","hostname":"h"}})").url,
            "//shop.example/a");
}

TEST_F(UmamiTest, TakesAKeyForAWebsite) {
  const event::Record record = only(R"({"payload":{"website":"pk_0123456789abc","name":"E"}})");
  EXPECT_EQ(record.project, "pk_0123456789abc");
  EXPECT_EQ(record.properties, "");
}

TEST_F(UmamiTest, BelievesServersOfAddressAndAgent) {
  const char* body = R"({"payload":{"name":"E","ip":"198.51.100.7","userAgent":"UA"}})";
  EXPECT_EQ(only(body).ip, "192.0.2.1");
  probe_.origin.is_server_side = true;
  const event::Record record = only(body);
  EXPECT_EQ(record.ip, "198.51.100.7");
  EXPECT_EQ(record.user_agent, "UA");
}

TEST_F(UmamiTest, ReadsABatch) {
  const auto got =
      probe_.post("/api/batch", R"([{"type":"event","payload":{"name":"A"}},3,{"type":"event"},)"
                                R"({"type":"event","payload":{"name":"B"}}])");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 2u);
  EXPECT_THAT(got.answer,
              EndsWith(R"({"size":4,"processed":2,"errors":2,"details":[{"index":1,"response":)"
                       R"({"error":"is not an object"}},{"index":2,"response":)"
                       R"({"error":"has no payload"}}],"cache":""})"));
}

TEST_F(UmamiTest, KeepsMembersOfOtherTypes) {
  const event::Record record =
      only(R"({"type":7,"payload":{"name":"E","data":"text","id":{"a":1},"url":[1],)"
           R"("hostname":3,"timestamp":"soon"}})");
  for (const char* kept : {R"("type":7)", R"("data":"text")", R"("id":{"a":1})", R"("url":[1])",
                           R"("hostname":3)", R"("timestamp":"soon")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(UmamiTest, RefusesWhatIsNoEvent) {
  for (const char* body :
       {"", "x", "3", "{}", "{\"type\":\"event\"}",
        "{\"type\":\"event\",\"payload\":{\"website\":\"w\"}}", "{\"payload\":3}", "[1]"}) {
    const auto got = probe_.post("/api/send", body);
    EXPECT_EQ(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_EQ(kUmamiProtocol.refusal(400, "e", "d").body,
            R"({"error":{"message":"d","code":"e","status":400}})");
}

}  // namespace
}  // namespace penstock::adapter
