#include "adapter/posthog/posthog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class PosthogTest : public ::testing::Test {
 protected:
  event::Record only(const ProtocolProbe::Got& got) {
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }
  event::Record captured(std::string_view json) { return only(probe_.post("/e", json)); }

  ProtocolProbe probe_{kPosthogProtocol};
};

TEST_F(PosthogTest, ReadsABatchAsTheLibrariesWriteIt) {
  const auto got = probe_.post(
      "/batch",
      R"({"api_key":"shop","batch":[{"uuid":"u-1","event":"Bought","distinct_id":"user-1",)"
      R"("timestamp":"2026-11-26T12:43:04.629Z","type":"capture","properties":{"plan":"pro",)"
      R"("$device_id":"d-1","$session_id":"s-1","$current_url":"https://shop.example/a",)"
      R"("$referrer":"https://r.example/","token":"shop","$insert_id":"other",)"
      R"("$set":{"a":1},"$raw_user_agent":"UA"}},{"event":"$pageview","properties":)"
      R"({"distinct_id":"d-1","$device_id":"d-1","$referrer":"$direct"}},)"
      R"({"event":"$identify","distinct_id":"x"},{"event":"$groupidentify"},)"
      R"({"event":"$exception"},{"event":"$screen","distinct_id":"$posthog_cookieless"}],)"
      R"("sent_at":"2026-11-26T12:43:09.900Z"})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith(R"({"status":1})"));
  ASSERT_EQ(got.events.size(), 6u);
  const event::Record& record = got.events[0];
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.source, "posthog");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "Bought");
  EXPECT_EQ(record.user_id, "user-1");
  EXPECT_EQ(record.anonymous_id, "d-1");
  EXPECT_EQ(record.session_id, "s-1");
  EXPECT_EQ(record.url, "https://shop.example/a");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(record.id.is_from_client());
  for (const char* kept :
       {R"("plan":"pro")", R"("uuid":"u-1")", R"("$insert_id":"other")", R"("$set":{"a":1})",
        R"("$raw_user_agent":"UA")", R"("timestamp":"2026-11-26T12:43:04.629Z")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  for (const char* dropped : {"token", "api_key", "sent_at"}) {
    EXPECT_THAT(record.properties, Not(HasSubstr(dropped)));
  }
  EXPECT_EQ(got.events[1].kind, "page");
  EXPECT_EQ(got.events[1].user_id, "");
  EXPECT_EQ(got.events[1].anonymous_id, "d-1");
  EXPECT_EQ(got.events[1].referrer, "");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("$referrer":"$direct")"));
  EXPECT_EQ(got.events[2].kind, "identify");
  EXPECT_EQ(got.events[2].user_id, "x");
  EXPECT_EQ(got.events[3].kind, "group");
  EXPECT_EQ(got.events[4].kind, "error");
  EXPECT_EQ(got.events[5].kind, "page");
  EXPECT_EQ(got.events[5].user_id, "");
}

TEST_F(PosthogTest, FindsTheKeyWhereverItStands) {
  for (const char* json :
       {R"({"api_key":"shop","event":"E"})", R"({"event":"E","token":"shop"})",
        R"({"event":"E","properties":{"token":"shop"}})",
        R"([{"event":"E","properties":{"token":"shop"}}])",
        R"({"batch":[{"event":"E"}],"token":"shop"})",
        R"({"batch":[{"event":"E","properties":{"token":"shop"}}],"api_key":"other"})"}) {
    const event::Record record = captured(json);
    EXPECT_EQ(record.project, "shop") << json;
    EXPECT_EQ(record.properties.find("shop"), std::string_view::npos) << json;
  }
}

TEST_F(PosthogTest, ReadsTheSameInEveryForm) {
  const std::string json = R"({"event":"a+b >?","properties":{"token":"shop"}})";
  const std::string base64 = crypto::encode_base64(json);
  // `json`, by gzip -n.
  const std::string gzip =
      "H4sIAAAAAAACA6tWSi1LzStRslJK1E5SsLNX0lEqKMovSC0qyUwtVrKqVirJ"
      "z07NA0oXZ+QXKNXWAgA/UBYWMAAAAA==";
  const std::string in_url =
      "data=%7B%22event%22:%22a%2Bb+%3E?%22,%22properties%22:%7B%22token%22:%22shop%22%7D%7D";
  for (const std::string& body :
       {json, "[" + json + "]", "\n" + json, "data=" + base64, "compression=base64&data=" + base64,
        base64, "data=" + gzip, gzip, in_url}) {
    for (const char* type :
         {"", "text/plain", "application/json", "application/x-www-form-urlencoded"}) {
      SCOPED_TRACE(str_cat(body, " as ", type));
      const event::Record record = only(probe_.post("/capture", body, {{"Content-Type", type}}));
      EXPECT_EQ(record.name, "a+b >?");
      EXPECT_EQ(record.project, "shop");
    }
  }
  EXPECT_EQ(only(probe_.get("/e?ip=1&data=" + base64)).name, "a+b >?");
  EXPECT_EQ(only(probe_.get("/i/v0/e?" + in_url)).name, "a+b >?");
}

TEST_F(PosthogTest, GivesAmplitudesBatchToItsReader) {
  const auto got = probe_.post("/batch", R"({"options":{"events":1},"api_key":"shop","events":[)"
                                         R"({"event_type":"E","insert_id":"i"}]})");
  const event::Record record = only(got);
  EXPECT_EQ(record.source, "amplitude");
  EXPECT_EQ(record.name, "E");
  EXPECT_EQ(record.project, "shop");
  EXPECT_THAT(got.answer, HasSubstr(R"("events_ingested":1)"));
  const auto refused = probe_.post("/batch", R"({"api_key":"shop","events":[{}]})");
  EXPECT_EQ(refused.outcome.status, 422);
  EXPECT_THAT(refused.outcome.own_answer, HasSubstr("\"code\":422"));
  // Lists that lie deeper, or are none, tell nothing.
  for (const char* json : {R"({"batch":[{"event":"E","events":[1]}],"x":{"events":[]}})",
                           R"({"events":"text","batch":[{"event":"E"}]})",
                           R"([{"event":"E","events":[]}])", R"({"event":"E","x":[]})"}) {
    EXPECT_EQ(only(probe_.post("/batch", json)).source, "posthog") << json;
  }
  EXPECT_EQ(probe_.post("/e", R"({"events":[{"event_type":"E"}]})").outcome.status, 422);
}

TEST_F(PosthogTest, AnswersTheNewPathEventByEvent) {
  const auto got = probe_.post(
      "/i/v1/analytics/events",
      R"({"created_at":"2026-11-26T12:43:13.494Z","batch":[{"event":"E","uuid":"a\"b",)"
      R"("timestamp":"2026-11-26T12:43:00.500Z","options":{}},3,{"uuid":"c"},{"event":"F"}]})",
      {{"PostHog-Request-Timestamp", "2026-11-26T12:43:09.990Z"}});
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer,
              EndsWith(R"({"results":{"a\"b":{"result":"ok"},"c":{"result":"drop"}}})"));
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'696'980'500);
  EXPECT_THAT(got.events[0].properties, Not(HasSubstr("created_at")));
  // By a clock that is a day late.
  const auto late = probe_.post("/i/v1/analytics/events",
                                R"({"batch":[{"event":"E","timestamp":"2026-11-25T12:43:00Z"}]})",
                                {{"PostHog-Request-Timestamp", "2026-11-25T12:43:10Z"}});
  EXPECT_EQ(only(late).occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(PosthogTest, TakesTimes) {
  EXPECT_EQ(captured(R"({"event":"E","offset":1500})").occurred_at_ms,
            ProtocolProbe::kNowMs - 1500);
  for (const char* member :
       {R"("timestamp":"soon")", R"("timestamp":{})", R"("offset":"x")", R"("timestamp":null)"}) {
    EXPECT_EQ(captured(str_cat(R"({"event":"E",)", member, "}")).occurred_at_ms,
              ProtocolProbe::kNowMs)
        << member;
  }
}

TEST_F(PosthogTest, TakesTheTimeOfALaterTry) {
  const char* json = R"({"batch":[{"event":"E","timestamp":"2026-11-26T12:42:58.123Z"}],)"
                     R"("sent_at":"2026-11-26T12:42:58.200Z"})";
  EXPECT_EQ(only(probe_.post("/batch", json)).occurred_at_ms, 1'795'696'978'123);
  const char* late = R"({"batch":[{"event":"E","timestamp":"2026-11-25T12:43:00Z"}],)"
                     R"("sent_at":"2026-11-25T12:43:10Z"})";
  EXPECT_EQ(only(probe_.post("/batch", late)).occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(PosthogTest, KeepsMembersOfOtherTypes) {
  const event::Record record =
      captured(R"({"event":"E","uuid":{"a":1},"distinct_id":[1],"api_key":{"k":1},)"
               R"("properties":{"$device_id":true,"$current_url":5,"$session_id":{}}})");
  EXPECT_EQ(record.user_id, "");
  EXPECT_FALSE(record.id.is_from_client());
  for (const char* kept : {R"("uuid":{"a":1})", R"("distinct_id":[1])", R"("$device_id":true)",
                           R"("$session_id":{})"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  EXPECT_EQ(captured(R"({"event":"E","properties":7})").properties, R"({"properties":7})");
}

TEST_F(PosthogTest, RefusesWhatHoldsNoEvent) {
  std::string bomb = "\x1f\x8b\x08";
  for (const auto& [body, status] : {std::pair<std::string, int>("", 400),
                                     {"x", 400},
                                     {"data=", 400},
                                     {"data=!", 400},
                                     {"data=" + crypto::encode_base64(bomb), 400},
                                     {"data=" + crypto::encode_base64("plain"), 400},
                                     {"{\"batch\":[3]}", 422},
                                     {"{\"batch\":{}}", 422},
                                     {"{\"batch\":[{\"event\":\"E\"}", 400},
                                     {"{\"event\":\"\"}", 422}}) {
    for (const char* path : {"/batch", "/e", "/i/v1/analytics/events"}) {
      const auto got = probe_.post(path, body);
      EXPECT_EQ(got.outcome.status, status) << body;
      EXPECT_FALSE(got.outcome.detail.empty()) << body;
    }
  }
  EXPECT_EQ(probe_.get("/e").outcome.status, 400);
  EXPECT_EQ(probe_.post("/batch", R"({"batch":[]})").outcome.status, 200);
  const auto some = probe_.post("/batch", R"({"batch":[1,{"event":"E"},{}]})");
  EXPECT_EQ(some.events.size(), 1u);
  EXPECT_EQ(some.outcome.rejected.size(), 2u);
}

TEST_F(PosthogTest, AnswersThatNoFlagIsOn) {
  for (const char* path : {"/flags?v=2", "/decide?v=3"}) {
    const auto got = probe_.post(path, R"({"token":"shop","distinct_id":"user-1"})");
    EXPECT_EQ(got.outcome.status, 200);
    EXPECT_TRUE(got.events.empty());
    EXPECT_THAT(got.answer, HasSubstr(R"({"flags":{},"featureFlags":{},"featureFlagPayloads":{},)"
                                      R"("errorsWhileComputingFlags":false)"));
  }
  EXPECT_THAT(probe_.get("/array/pk_1/config").answer, HasSubstr(R"({"hasFeatureFlags":false,)"));
  EXPECT_THAT(probe_.get("/array/pk_1/config.js").answer, HasSubstr(R"(c["pk_1"]={config:{)"));
  EXPECT_THAT(probe_.get("/array/a%22b/config.js").answer, HasSubstr("Content-Length: 0"));
}

}  // namespace
}  // namespace penstock::adapter
