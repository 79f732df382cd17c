#include "adapter/ga4/ga4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kQuery =
    "/g/collect?v=2&tid=G-1&_p=17&cid=333.444&sid=1732600000&_s=1&"
    "dl=https%3A%2F%2Fshop.example%2Fa&dr=https%3A%2F%2Fref.example%2F&dt=Preise+%C3%BC";

class Ga4Test : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kGa4Protocol};
};

TEST_F(Ga4Test, ReadsAHitOfAQuery) {
  for (const bool is_post : {true, false}) {
    const std::string target =
        std::string(kQuery) + "&uid=u-1&en=page_view&ep.plan=pro&epn.value=2.5&epn.odd=x&_et=12";
    const auto got = is_post ? probe_.post(target, "") : probe_.get(target);
    EXPECT_EQ(got.outcome.status, 204);
    ASSERT_EQ(got.events.size(), 1u);
    const event::Record& hit = got.events[0];
    EXPECT_EQ(hit.name, "page_view");
    EXPECT_EQ(hit.kind, "page");
    EXPECT_EQ(hit.url, "https://shop.example/a");
    EXPECT_EQ(hit.referrer, "https://ref.example/");
    EXPECT_EQ(hit.user_id, "u-1");
    EXPECT_EQ(hit.anonymous_id, "333.444");
    EXPECT_EQ(hit.session_id, "1732600000");
    EXPECT_EQ(hit.properties,
              R"({"v":"2","tid":"G-1","_p":"17","_s":"1","dt":"Preise ü","plan":"pro",)"
              R"("value":2.5,"odd":"x","_et":"12"})");
  }
}

TEST_F(Ga4Test, ReadsAHitALine) {
  for (const std::string_view end : {"\n", "\r\n"}) {
    const std::string body = std::string("en=scroll&ep.n=1&dl=https%3A%2F%2Fother.example%2F") +
                             std::string(end) + std::string(end) + "en=click&ep.n=2" +
                             std::string(end);
    const auto got = probe_.post(kQuery, body);
    ASSERT_EQ(got.events.size(), 2u);
    EXPECT_EQ(got.events[0].name, "scroll");
    EXPECT_EQ(got.events[0].url, "https://other.example/");
    EXPECT_EQ(got.events[1].name, "click");
    EXPECT_EQ(got.events[1].url, "https://shop.example/a");
    EXPECT_EQ(got.events[1].anonymous_id, "333.444");
    EXPECT_THAT(got.events[1].properties, HasSubstr(R"("n":"2")"));
    EXPECT_EQ(got.events[1].kind, "event");
  }
}

TEST_F(Ga4Test, TakesAHitThatComesTwiceForOne) {
  const auto key_of = [&](std::string_view body) {
    const auto got = probe_.post(kQuery, body);
    EXPECT_TRUE(got.events.at(0).id.is_from_client());
    return std::string(got.events.at(0).id.key());
  };
  EXPECT_EQ(key_of("en=a"), key_of("en=a"));
  EXPECT_NE(key_of("en=a"), key_of("en=b"));
  // Who numbers neither page nor hit says nothing that could tell two of them apart.
  EXPECT_FALSE(probe_.get("/g/collect?v=2&tid=G-1&en=a").events.at(0).id.is_from_client());
}

TEST_F(Ga4Test, PassesOverHitsWithoutAName) {
  const auto got = probe_.post(kQuery, "ep.n=1\nen=a\n&&&\nen=");
  EXPECT_EQ(got.outcome.status, 204);
  EXPECT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.outcome.rejected.size(), 3u);
  EXPECT_EQ(probe_.get("/g/collect").outcome.status, 422);
  EXPECT_EQ(probe_.get("/g/collect?en=%ff%00").events.size(), 1u);
}

TEST_F(Ga4Test, ReadsTheMeasurementProtocol) {
  const auto got = probe_.post(
      "/mp/collect?measurement_id=G-1&api_secret=pk_1",
      R"({"client_id":"111.222","user_id":"user-1","timestamp_micros":"1795603433123000",)"
      R"("user_properties":{"plan":{"value":"pro"}},"events":[{"name":"purchase","params":)"
      R"({"value":19.95,"page_location":"https://shop.example/a","session_id":"123",)"
      R"("items":[{"item_id":"A-1"}]}},{"name":"page_view","timestamp_micros":1795603434000000},)"
      R"({"params":{}}]})");
  EXPECT_EQ(got.outcome.status, 204);
  EXPECT_EQ(got.answer.find("\r\n\r\n") + 4, got.answer.size());
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
  const event::Record& purchase = got.events[0];
  EXPECT_EQ(purchase.name, "purchase");
  EXPECT_EQ(purchase.anonymous_id, "111.222");
  EXPECT_EQ(purchase.user_id, "user-1");
  EXPECT_EQ(purchase.url, "https://shop.example/a");
  EXPECT_EQ(purchase.session_id, "123");
  EXPECT_EQ(purchase.occurred_at_ms, 1'795'603'433'123);
  EXPECT_THAT(purchase.properties, HasSubstr(R"("user_properties":{"plan":{"value":"pro"}})"));
  EXPECT_THAT(purchase.properties, HasSubstr(R"("value":19.95)"));
  EXPECT_THAT(purchase.properties, HasSubstr(R"("measurement_id":"G-1")"));
  EXPECT_EQ(purchase.properties.find("pk_1"), std::string_view::npos);
  EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'603'434'000);
  EXPECT_EQ(got.events[1].kind, "page");

  EXPECT_EQ(probe_.post("/mp/collect", R"({"app_instance_id":"A","events":[{"name":"n"}]})")
                .events.at(0)
                .anonymous_id,
            "A");
  EXPECT_EQ(probe_.post("/mp/collect", "no").outcome.status, 400);
}

TEST_F(Ga4Test, ValidatesWithoutStoring) {
  const auto got = probe_.post("/debug/mp/collect", R"({"client_id":"1",)"
                                                    R"("events":[{"name":"1x"}]})");
  EXPECT_TRUE(got.events.empty());
  EXPECT_THAT(got.answer, HasSubstr("NAME_INVALID"));
  EXPECT_THAT(probe_
                  .post("/debug/mp/collect", R"({"client_id":"1",)"
                                             R"("events":[{"name":"x"}]})")
                  .answer,
              EndsWith(R"({"validationMessages":[]})"));
}

TEST_F(Ga4Test, HasItsKeyInTheQuery) {
  std::string scratch;
  http::Request request;
  request.query = "tid=G-1&api_secret=pk%5F1";
  EXPECT_EQ(kGa4Protocol.own_key(request, scratch), "pk_1");
  request.query = "tid=G-1";
  EXPECT_EQ(kGa4Protocol.own_key(request, scratch), "G-1");
}

}  // namespace
}  // namespace penstock::adapter
