#include "adapter/plausible/plausible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class PlausibleTest : public ::testing::Test {
 protected:
  event::Record only(std::string_view body, std::string_view type = "text/plain") {
    const auto got = probe_.post("/api/event", body, {{"Content-Type", type}});
    EXPECT_EQ(got.outcome.status, 202) << got.outcome.detail;
    EXPECT_THAT(got.answer, EndsWith("\r\n\r\nok"));
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kPlausibleProtocol};
};

TEST_F(PlausibleTest, ReadsShortNames) {
  const event::Record record =
      only(R"({"n":"pageview","v":36,"u":"https://shop.example/a?b=%C3%BC","d":"shop.example",)"
           R"("r":"https://r.example/","w":1280,"h":0,"p":{"plan":"pro","deep":{"a":[1]}},)"
           R"("$":{"amount":19.95,"currency":"EUR"},"i":false})");
  EXPECT_EQ(record.project, "default");
  EXPECT_EQ(record.source, "plausible");
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.name, "pageview");
  EXPECT_EQ(record.url, "https://shop.example/a?b=%C3%BC");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.occurred_at_ms, ProtocolProbe::kNowMs);
  EXPECT_FALSE(record.id.is_from_client());
  for (const char* kept :
       {R"("plan":"pro","deep":{"a":[1]})", R"("$":{"amount":19.95,"currency":"EUR"})",
        R"("d":"shop.example")", R"("v":36)", R"("w":1280)", R"("i":false)"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(PlausibleTest, ReadsLongNames) {
  const event::Record record =
      only(R"({"name":"Bought \ud83d\ude80","url":"https://shop.example/a","domain":"a.b,c.d",)"
           R"("referrer":"https://r.example/","props":{"plan":"pro"},"interactive":true})",
           "application/json");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "Bought \xf0\x9f\x9a\x80");
  EXPECT_EQ(record.url, "https://shop.example/a");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_THAT(record.properties, HasSubstr(R"("plan":"pro")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("domain":"a.b,c.d")"));
}

TEST_F(PlausibleTest, TakesPropertiesThatAreAText) {
  EXPECT_THAT(only(R"({"n":"E","p":"{\"plan\":\"pro\",\"n\":\"3\"}"})").properties,
              HasSubstr(R"("plan":"pro","n":"3")"));
  EXPECT_THAT(only(R"({"n":"E","m":"{\"plan\":\"pro\"}"})").properties,
              HasSubstr(R"("plan":"pro")"));
  EXPECT_THAT(only(R"({"n":"E","meta":{"plan":"pro"}})").properties, HasSubstr(R"("plan":"pro")"));
  EXPECT_THAT(only(R"({"n":"E","p":"{bad"})").properties, HasSubstr(R"("p":"{bad")"));
  EXPECT_THAT(only(R"({"n":"E","p":[1]})").properties, HasSubstr(R"("p":[1])"));
  EXPECT_EQ(only(R"({"n":"E","p":null})").properties, R"({"p":null})");
}

TEST_F(PlausibleTest, TakesAKeyForADomain) {
  for (const char* name : {"d", "domain"}) {
    const event::Record record =
        only(std::string(R"({"n":"E",")") + name + R"(":"pk_0123456789abc"})");
    EXPECT_EQ(record.project, "pk_0123456789abc");
    EXPECT_EQ(record.properties, "");
  }
}

TEST_F(PlausibleTest, RefusesWhatIsNoEvent) {
  for (const char* body :
       {"", "x", "3", "[]x", "{\"u\":\"https://a/\"}", "{\"n\":\"\"}", "{\"n\":{}}", "[1]"}) {
    const auto got = probe_.post("/api/event", body);
    EXPECT_EQ(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_EQ(kPlausibleProtocol.refusal(400, "e", "has no name").body,
            R"({"errors":{"event":["has no name"]}})");
  EXPECT_THAT(probe_.get("/api/health").answer, EndsWith(R"({"status":"ok"})"));
}

}  // namespace
}  // namespace penstock::adapter
