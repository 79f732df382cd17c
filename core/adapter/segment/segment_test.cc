#include "adapter/segment/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class SegmentTest : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kSegmentProtocol};
};

TEST_F(SegmentTest, ReadsABatchAsTheServersLibraryWritesIt) {
  const auto got = probe_.post(
      "/v1/batch",
      R"({"batch":[{"timestamp":"2026-11-26T12:43:04.629Z","integrations":{},)"
      R"("event":"Order Completed",)"
      R"("type":"track","properties":{"plan":"pro","total":19.95},)"
      R"("context":{"library":{"name":"n"},)"
      R"("page":{"url":"https://shop.example/a","referrer":"https://ref.example/"}},)"
      R"("userId":"user-1",)"
      R"("anonymousId":"anon-1","messageId":"m-1"},{"type":"identify","userId":"user-1",)"
      R"("traits":{"plan":"pro"}},{"type":"page","name":"Pricing","anonymousId":"a"},)"
      R"({"type":"page","anonymousId":"a"},{"type":"screen","name":"Home"},{"type":"group",)"
      R"("groupId":"g"},)"
      R"({"type":"alias","previousId":"p"},{"type":"other"}],)"
      R"("sentAt":"2026-11-26T12:43:09.900Z","writeKey":"shop"})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith(R"({"success":true})"));
  ASSERT_EQ(got.events.size(), 8u);
  const event::Record& track = got.events[0];
  EXPECT_EQ(track.project, "shop");
  EXPECT_EQ(track.source, "segment");
  EXPECT_EQ(track.name, "Order Completed");
  EXPECT_EQ(track.kind, "event");
  EXPECT_EQ(track.user_id, "user-1");
  EXPECT_EQ(track.anonymous_id, "anon-1");
  EXPECT_EQ(track.url, "https://shop.example/a");
  EXPECT_EQ(track.referrer, "https://ref.example/");
  EXPECT_EQ(track.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(track.id.is_from_client());
  EXPECT_THAT(track.properties, HasSubstr(R"("plan":"pro","total":19.95)"));
  EXPECT_THAT(track.properties, HasSubstr(R"("messageId":"m-1")"));
  EXPECT_EQ(track.properties.find("writeKey"), std::string_view::npos);
  EXPECT_EQ(track.properties.find("sentAt"), std::string_view::npos);

  EXPECT_EQ(got.events[1].kind, "identify");
  EXPECT_EQ(got.events[1].name, "identify");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("traits":{"plan":"pro"})"));
  EXPECT_EQ(got.events[2].kind, "page");
  EXPECT_EQ(got.events[2].name, "Pricing");
  EXPECT_EQ(got.events[3].name, "page");
  EXPECT_EQ(got.events[4].kind, "page");
  EXPECT_EQ(got.events[5].kind, "group");
  EXPECT_EQ(got.events[6].kind, "identify");
  EXPECT_EQ(got.events[7].name, "other");
}

TEST_F(SegmentTest, ReadsACallByItsPath) {
  const auto page =
      probe_.post("/v1/p", R"({"anonymousId":"a","properties":{"url":"https://s.example/",)"
                           R"("referrer":"https://r.example/"}})");
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_EQ(page.events[0].kind, "page");
  EXPECT_EQ(page.events[0].url, "https://s.example/");
  EXPECT_EQ(page.events[0].referrer, "https://r.example/");
  // What a track's url is about, its own page does not say.
  const auto track =
      probe_.post("/v1/track", R"({"event":"E","properties":{"url":"https://p.example/"}})");
  ASSERT_EQ(track.events.size(), 1u);
  EXPECT_EQ(track.events[0].url, "");
}

TEST_F(SegmentTest, GivesItemsWhatTheirBatchSays) {
  const auto got = probe_.post(
      "/v1/batch",
      R"({"context":{"page":{"url":"https://s.example/"},"app":"x"},"batch":[{"type":"track",)"
      R"("event":"E"},)"
      R"({"type":"track","event":"F","context":{"app":"y"}}]})");
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.events[0].url, "https://s.example/");
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("app":"x")"));
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("context":{"app":"y"})"));
}

TEST_F(SegmentTest, CorrectsAClockThatIsADayLate) {
  const auto got = probe_.post(
      "/v1/track",
      R"({"event":"E","timestamp":"2026-11-25T12:43:00Z","sentAt":"2026-11-25T12:43:10Z"})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(SegmentTest, TakesTheGoodOfABatch) {
  const auto got =
      probe_.post("/v1/batch", R"({"batch":[1,{"type":"track","event":"E"},{},[],null]})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.outcome.rejected.size(), 4u);
}

TEST_F(SegmentTest, RefusesWhatHoldsNoCall) {
  for (const auto& [body, status] : {std::pair("", 400),
                                     {"x", 400},
                                     {"{\"batch\":[1]}", 422},
                                     {"{\"batch\":[{\"type\":\"track\"}", 400},
                                     {"3", 422}}) {
    const auto got = probe_.post("/v1/batch", body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_FALSE(got.outcome.detail.empty()) << body;
  }
  EXPECT_EQ(probe_.post("/v1/batch", R"({"batch":[]})").outcome.status, 200);
  EXPECT_EQ(probe_.post("/v1/batch", R"({"batch":"text"})").outcome.status, 422);
}

TEST_F(SegmentTest, AnswersTheScriptWhereToSend) {
  const auto got = probe_.get("/v1/projects/pk_1/settings", {{"Host", "e.example:81"}});
  EXPECT_TRUE(got.events.empty());
  EXPECT_THAT(
      got.answer,
      EndsWith(R"({"integrations":{"Segment.io":{"apiKey":"pk_1","apiHost":"e.example:81/v1"}}})"));
}

}  // namespace
}  // namespace penstock::adapter
