#include "adapter/bugsnag/bugsnag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class BugsnagTest : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kBugsnagProtocol};
};

TEST_F(BugsnagTest, ReadsAReportAsTheLibraryWritesIt) {
  const auto got = probe_.post(
      "/notify",
      R"({"apiKey":"shop","notifier":{"name":"Bugsnag Node"},"events":[{"exceptions":[)"
      R"({"errorClass":"TypeError","errorMessage":"Cannot ship","message":"Cannot ship",)"
      R"("stacktrace":[{"file":"lib/shop.js","method":"checkout","lineNumber":15,)"
      R"("inProject":true}]},{"errorClass":"RangeError","message":"out of stock"}],)"
      R"("severity":"warning","unhandled":false,"app":{"releaseStage":"staging",)"
      R"("version":"1.2.3"},"device":{"id":"d-1","time":"2026-11-26T12:43:04.759Z"},)"
      R"("request":{"url":"https://s.example/p","clientIp":"203.0.113.9"},"session":{"id":"s-1"},)"
      R"("breadcrumbs":[{"type":"state"}],"user":{"id":"user-1"},"groupingHash":"mine"},)"
      R"({"exceptions":[]},7]})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith("OK"));
  EXPECT_EQ(got.outcome.rejected.size(), 2u);
  ASSERT_EQ(got.events.size(), 1u);
  const event::Record& event = got.events[0];
  EXPECT_EQ(event.project, "shop");
  EXPECT_EQ(event.kind, "error");
  EXPECT_EQ(event.name, "TypeError");
  EXPECT_EQ(event.url, "https://s.example/p");
  EXPECT_EQ(event.user_id, "user-1");
  EXPECT_EQ(event.anonymous_id, "d-1");
  EXPECT_EQ(event.session_id, "s-1");
  EXPECT_EQ(event.occurred_at_ms, 1'795'696'984'759);
  for (const std::string_view part :
       {R"("fingerprint":"mine")", R"("frames":[{"file":"lib/shop.js","function":"checkout",)",
        R"("causes":[{"class":"RangeError","message":"out of stock"}])", R"("handled":true)",
        R"("release":"1.2.3")", R"("environment":"staging")", R"("level":"warning")",
        R"("breadcrumbs":[{"type":"state"}])", R"("notifier":{"name":"Bugsnag Node"})"}) {
    EXPECT_THAT(event.properties, HasSubstr(std::string(part)));
  }
  EXPECT_THAT(event.properties, Not(HasSubstr("apiKey")));
  EXPECT_THAT(event.properties, Not(HasSubstr(R"("sent":)")));
}

TEST_F(BugsnagTest, CorrectsAClockByItsHeader) {
  const auto got = probe_.post("/notify",
                               R"({"events":[{"exceptions":[{"errorClass":"E"}],)"
                               R"("device":{"time":"2026-11-25T12:43:00Z"}}]})",
                               {{"Bugsnag-Sent-At", "2026-11-25T12:43:10Z"}});
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(BugsnagTest, ReadsSessions) {
  const auto got = probe_.post(
      "/sessions",
      R"({"app":{"version":"1"},"sessions":[{"id":"s-1","startedAt":"2026-11-26T12:43:04.759Z",)"
      R"("user":{"id":"user-1"}},{"id":"x"}]})");
  EXPECT_EQ(got.outcome.status, 202);
  EXPECT_THAT(got.answer, EndsWith(R"({"status":"accepted"})"));
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].name, "session");
  EXPECT_EQ(got.events[0].session_id, "s-1");
  EXPECT_EQ(got.events[0].user_id, "user-1");
  EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'696'984'759);
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("app":{"version":"1"})"));
  const auto counts = probe_.post(
      "/sessions",
      R"({"sessionCounts":[{"startedAt":"2026-11-26T12:43:00Z","sessionsStarted":3}]})");
  ASSERT_EQ(counts.events.size(), 1u);
  EXPECT_THAT(counts.events[0].properties, HasSubstr(R"("sessionsStarted":3)"));
}

TEST_F(BugsnagTest, RefusesWhatHoldsNoReport) {
  for (const auto& [path, body, status] : {std::tuple("/notify", "", 400),
                                           {"/notify", "x", 400},
                                           {"/notify", "{}", 422},
                                           {"/notify", R"({"events":"x"})", 422},
                                           {"/notify", R"({"events":[{}]})", 422},
                                           {"/notify", R"({"events":[{"exceptions":[{])", 400},
                                           {"/sessions", "{}", 422}}) {
    const auto got = probe_.post(path, body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_TRUE(got.events.empty()) << body;
  }
}

TEST_F(BugsnagTest, FindsTheKeyInItsHeader) {
  http::Request request;
  const http::Header headers[] = {{"bugsnag-api-key", "pk_1"}};
  request.headers = headers;
  std::string scratch;
  EXPECT_EQ(kBugsnagProtocol.own_key(request, scratch), "pk_1");
}

}  // namespace
}  // namespace penstock::adapter
