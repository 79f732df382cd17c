#include "adapter/posthog/amplitude.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class AmplitudeTest : public ::testing::Test {
 protected:
  event::Record only(std::string_view event) {
    const auto got = probe_.post("/2/httpapi", str_cat(R"({"events":[)", event, "]}"));
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kAmplitudeProtocol};
};

TEST_F(AmplitudeTest, ReadsABatchAsTheLibrariesWriteIt) {
  const std::string body =
      R"({"api_key":"shop","events":[{"device_id":"d-1","user_id":"user-1",)"
      R"("session_id":1795696984000,"time":1795696984629,"platform":"Web","ip":"$remote",)"
      R"("insert_id":"i-1","event_type":"Bought","event_properties":{"plan":"pro",)"
      R"("referrer":"https://r.example/","[Amplitude] Page URL":"https://shop.example/a",)"
      R"("[Amplitude] Page Location":"https://shop.example/a?b=c"},"user_properties":{"x":1},)"
      R"("user_agent":"UA"},{"event_type":"$identify","device_id":"d-1","session_id":-1},)"
      R"({"event_type":"$groupidentify"},{"event_type":"[Amplitude] Page Viewed"}],)"
      R"("options":{"min_id_length":1},"client_upload_time":"2026-11-26T12:43:09.900Z",)"
      R"("request_metadata":{"sdk":{}}})";
  const auto got = probe_.post("/2/httpapi", body);
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer,
              EndsWith(str_cat(R"({"code":200,"events_ingested":4,"payload_size_bytes":)",
                               body.size(), R"(,"server_upload_time":1795696990000})")));
  ASSERT_EQ(got.events.size(), 4u);
  const event::Record& record = got.events[0];
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.source, "amplitude");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "Bought");
  EXPECT_EQ(record.user_id, "user-1");
  EXPECT_EQ(record.anonymous_id, "d-1");
  EXPECT_EQ(record.session_id, "1795696984000");
  EXPECT_EQ(record.url, "https://shop.example/a");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(record.id.is_from_client());
  EXPECT_EQ(record.ip, "192.0.2.1");
  for (const char* kept :
       {R"("plan":"pro")", R"("insert_id":"i-1")", R"("ip":"$remote")", R"("platform":"Web")",
        R"("[Amplitude] Page Location":"https://shop.example/a?b=c")",
        R"("user_properties":{"x":1})", R"("user_agent":"UA")", R"("time":1795696984629)"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  for (const char* dropped : {"api_key", "options", "request_metadata", "client_upload_time"}) {
    EXPECT_THAT(record.properties, Not(HasSubstr(dropped)));
  }
  EXPECT_EQ(got.events[1].kind, "identify");
  EXPECT_EQ(got.events[1].session_id, "");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("session_id":-1)"));
  EXPECT_EQ(got.events[2].kind, "group");
  EXPECT_EQ(got.events[3].kind, "page");
}

TEST_F(AmplitudeTest, CorrectsAClockThatIsADayLate) {
  const auto got =
      probe_.post("/2/httpapi", R"({"client_upload_time":"2026-11-25T12:43:10.000Z","events":[)"
                                R"({"event_type":"E","time":1795610580000}]})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(AmplitudeTest, BelievesServersOfAddressAndAgent) {
  probe_.origin.is_server_side = true;
  const event::Record record = only(R"({"event_type":"E","ip":"198.51.100.7","user_agent":"UA"})");
  EXPECT_EQ(record.ip, "198.51.100.7");
  EXPECT_EQ(record.user_agent, "UA");
  EXPECT_EQ(only(R"({"event_type":"E","ip":"$remote"})").ip, "192.0.2.1");
}

TEST_F(AmplitudeTest, KeepsMembersOfOtherTypes) {
  const event::Record record =
      only(R"({"event_type":"E","user_id":{"a":1},"device_id":7,"time":"soon","insert_id":[1],)"
           R"("event_properties":[2],"session_id":null,"ip":3})");
  EXPECT_EQ(record.user_id, "");
  EXPECT_EQ(record.anonymous_id, "7");
  EXPECT_EQ(record.occurred_at_ms, ProtocolProbe::kNowMs);
  EXPECT_FALSE(record.id.is_from_client());
  for (const char* kept : {R"("user_id":{"a":1})", R"("time":"soon")", R"("insert_id":[1])",
                           R"("event_properties":[2])", R"("ip":3)"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(AmplitudeTest, TakesTheGoodOfABatch) {
  const auto got = probe_.post("/2/httpapi", R"({"events":[1,{"event_type":"E"},{},null]})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.outcome.rejected.size(), 3u);
}

TEST_F(AmplitudeTest, RefusesInWordsThatStopTheLibraries) {
  for (const auto& [body, status] : {std::pair("", 400),
                                     {"x", 400},
                                     {"{\"events\":[{\"event_type\":\"E\"}", 400},
                                     {"{\"events\":[{}]}", 422},
                                     {"{\"events\":{}}", 422},
                                     {"3", 422}}) {
    const auto got = probe_.post("/2/httpapi", body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_THAT(got.outcome.own_answer, HasSubstr(str_cat(R"({"code":)", status)));
    EXPECT_THAT(got.outcome.own_answer, HasSubstr("\"missing_field\":\"event"));
  }
  EXPECT_THAT(refuse_amplitude(401, "e", "the key is unknown").body,
              HasSubstr("\"error\":\"Invalid API key: the key is unknown\""));
  EXPECT_EQ(refuse_amplitude(503, "e", "later").body, R"({"code":503,"error":"later"})");
}

}  // namespace
}  // namespace penstock::adapter
