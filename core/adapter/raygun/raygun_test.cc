#include "adapter/raygun/raygun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;

class RaygunTest : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kRaygunProtocol};
};

TEST_F(RaygunTest, ReadsMembersInEitherCase) {
  for (const std::string_view body :
       {R"({"occurredOn":"2026-11-26T12:43:04.421Z","details":{"error":{"stackTrace":[)"
        R"({"lineNumber":15,"className":"Object","fileName":"/srv/a.js","methodName":"f"}],)"
        R"("message":"Cannot ship","className":"TypeError","innerError":{"message":"m",)"
        R"("className":"RangeError"}},"user":{"identifier":"user-1"},"version":"1.2.3",)"
        R"("request":{"hostName":"https://s.example","url":"/p","queryString":{"a":"b","n":1}},)"
        R"("breadcrumbs":[{"type":"manual"}],"groupingKey":"mine"}})",
        R"({"OccurredOn":"2026-11-26T12:43:04.421Z","Details":{"Error":{"InnerError":{"Message":)"
        R"("m","ClassName":"RangeError"},"ClassName":"TypeError","Message":"Cannot ship",)"
        R"("StackTrace":[{"LineNumber":15,"FileName":"/srv/a.js","MethodName":"f"}]},)"
        R"("User":{"Identifier":"user-1","IsAnonymous":false},"Version":"1.2.3",)"
        R"("Request":{"Url":"https://s.example/p","QueryString":{"a":"b","n":1}},)"
        R"("Breadcrumbs":[{"type":"manual"}],"GroupingKey":"mine"}})"}) {
    const auto got = probe_.post("/entries", body);
    EXPECT_EQ(got.outcome.status, 202);
    EXPECT_EQ(got.answer, "Content-Length: 0\r\n\r\n");
    ASSERT_EQ(got.events.size(), 1u);
    const event::Record& event = got.events[0];
    EXPECT_EQ(event.source, "raygun");
    EXPECT_EQ(event.kind, "error");
    EXPECT_EQ(event.name, "TypeError");
    EXPECT_EQ(event.url, "https://s.example/p?a=b&n=1");
    EXPECT_EQ(event.user_id, "user-1");
    EXPECT_EQ(event.occurred_at_ms, 1'795'696'984'421);
    for (const std::string_view part :
         {R"("fingerprint":"mine")", R"("message":"Cannot ship")",
          R"("frames":[{"file":"/srv/a.js","function":"f","line":15,"in_app":true}])",
          R"("causes":[{"class":"RangeError","message":"m"}])", R"("release":"1.2.3")",
          R"("breadcrumbs":[{"type":"manual"}])", R"("id":"user-1")"}) {
      EXPECT_THAT(event.properties, HasSubstr(std::string(part)));
    }
  }
}

TEST_F(RaygunTest, AnAnonymousUserIsNoUser) {
  const auto got = probe_.post(
      "/entries",
      R"({"Details":{"Error":{"ClassName":"E"},"User":{"Identifier":"a-1","IsAnonymous":true}}})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].user_id, "");
  EXPECT_EQ(got.events[0].anonymous_id, "a-1");
}

// raygun4js keeps what it could not send, and sends it again as it was.
TEST_F(RaygunTest, AnEntryThatIsSentAgainIsTheSame) {
  const auto key = [this](std::string_view body) {
    const auto got = probe_.post("/entries", body);
    return got.events.size() == 1 ? std::string(got.events[0].id.key()) : "";
  };
  const std::string_view entry =
      R"({"OccurredOn":"2026-11-26T12:43:04.421Z","Details":{"Error":{"ClassName":"E"}}})";
  EXPECT_EQ(key(entry), key(entry));
  EXPECT_NE(key(entry), key(R"({"OccurredOn":"2026-11-26T12:43:04.422Z",)"
                            R"("Details":{"Error":{"ClassName":"E"}}})"));
  const std::string_view timeless = R"({"Details":{"Error":{"ClassName":"E"}}})";
  EXPECT_NE(key(timeless), key(timeless));
}

TEST_F(RaygunTest, TakesTheGoodOfManyEntries) {
  const auto got = probe_.post(
      "/entries/bulk",
      R"([{"details":{"error":{"className":"A"},"request":{"url":"/p"}}},7,{"details":{}},[],)"
      R"({"details":{"error":{"message":"b"},"request":{"url":7,"queryString":"x"}}}])");
  EXPECT_EQ(got.outcome.status, 202);
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 3u);
  EXPECT_EQ(got.events[0].url, "/p");
  EXPECT_EQ(got.events[1].name, "b");
}

TEST_F(RaygunTest, ReadsWhatPagesTellOfThemselves) {
  const auto got = probe_.post(
      "/events", R"({"eventData":[{"sessionId":"s-1","timestamp":"2026-11-26T12:43:04.395Z",)"
                 R"("type":"session_start","user":{"Identifier":"user-1"}},)"
                 R"({"type":"web_request_timing","data":"[1]"},{"data":"none"}]})");
  EXPECT_EQ(got.outcome.status, 202);
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
  EXPECT_EQ(got.events[0].kind, "event");
  EXPECT_EQ(got.events[0].name, "session_start");
  EXPECT_EQ(got.events[0].session_id, "s-1");
  EXPECT_EQ(got.events[0].user_id, "user-1");
  EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'696'984'395);
  EXPECT_EQ(got.events[1].kind, "metric");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("data":"[1]")"));
}

TEST_F(RaygunTest, RefusesWhatHoldsNoError) {
  for (const auto& [path, body, status] :
       {std::tuple("/entries", "", 400),
        {"/entries", "x", 400},
        {"/entries", "{}", 422},
        {"/entries", R"({"details":7,"Details":[]})", 422},
        {"/entries", R"({"details":{"error":{"className":[]}}})", 422},
        {"/entries/bulk", R"([{"details":{"error":{"className":"A"}}},)", 400},
        {"/events", "{}", 422}}) {
    const auto got = probe_.post(path, body);
    EXPECT_EQ(got.outcome.status, status) << body;
  }
}

TEST_F(RaygunTest, FindsTheKeyInItsHeaderOrQuery) {
  http::Request request;
  std::string scratch;
  request.query = "apikey=pk_2";
  EXPECT_EQ(kRaygunProtocol.own_key(request, scratch), "pk_2");
  const http::Header headers[] = {{"x-apikey", "pk_1"}};
  request.headers = headers;
  EXPECT_EQ(kRaygunProtocol.own_key(request, scratch), "pk_1");
}

}  // namespace
}  // namespace penstock::adapter
