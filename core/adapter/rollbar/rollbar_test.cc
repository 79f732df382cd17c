#include "adapter/rollbar/rollbar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class RollbarTest : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kRollbarProtocol};
};

TEST_F(RollbarTest, ReadsAChainAsTheLibraryWritesIt) {
  const auto got = probe_.post(
      "/api/1/item",
      R"({"access_token":"shop","data":{"timestamp":1795696985,"environment":"staging",)"
      R"("level":"error","uuid":"2ae2b507-4461-417e-84e1-3213ea5ab0f1","code_version":"1.2.3",)"
      R"("notifier":{"diagnostic":{"is_uncaught":true}},"request":{"url":"https://s.example/p",)"
      R"("user_ip":"$remote_ip"},"body":{"trace_chain":[{"frames":[{"filename":"/srv/a.js",)"
      R"("lineno":46,"method":"outer"},{"filename":"/srv/a.js","lineno":15,"method":"inner"}],)"
      R"("exception":{"class":"TypeError","message":"Cannot ship"}},{"exception":{"class":)"
      R"("RangeError","message":"out of stock"}}],"telemetry":[{"level":"info"}]},)"
      R"("person":{"id":"user-1","username":"n"}}})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith(R"({"err":0,"result":{"id":null,)"
                                   R"("uuid":"2ae2b507-4461-417e-84e1-3213ea5ab0f1"}})"));
  ASSERT_EQ(got.events.size(), 1u);
  const event::Record& event = got.events[0];
  EXPECT_EQ(event.project, "shop");
  EXPECT_EQ(event.source, "rollbar");
  EXPECT_EQ(event.kind, "error");
  EXPECT_EQ(event.name, "TypeError");
  EXPECT_EQ(event.url, "https://s.example/p");
  EXPECT_EQ(event.user_id, "user-1");
  EXPECT_EQ(event.occurred_at_ms, 1'795'696'985'000);
  EXPECT_TRUE(event.id.is_from_client());
  for (const std::string_view part :
       {R"("frames":[{"file":"/srv/a.js","function":"inner","line":15,"in_app":true},)",
        R"("causes":[{"class":"RangeError","message":"out of stock"}])", R"("handled":false)",
        R"("release":"1.2.3")", R"("environment":"staging")", R"("level":"error")",
        R"("breadcrumbs":[{"level":"info"}])",
        R"("user":{"id":"user-1","username":"n","name":"n"})", R"("data":{"timestamp":)"}) {
    EXPECT_THAT(event.properties, HasSubstr(std::string(part)));
  }
  EXPECT_THAT(event.properties, Not(HasSubstr("access_token")));
}

// As the browser's library 3.1.0 writes it.
TEST_F(RollbarTest, FindsTheSessionAmongTheAttributes) {
  const auto session = [this](std::string_view attributes) {
    const auto got = probe_.post("/api/1/item", str_cat(R"({"data":{"attributes":)", attributes,
                                                        R"(,"body":{"message":{"body":"m"}}}})"));
    EXPECT_EQ(got.events.size(), 1u) << attributes;
    if (got.events.empty()) return std::string();
    EXPECT_THAT(got.events[0].properties, HasSubstr(str_cat(R"("attributes":)", attributes)));
    return std::string(got.events[0].session_id);
  };
  EXPECT_EQ(session(R"([{"key":"session_id","value":"f7a5546b"}])"), "f7a5546b");
  EXPECT_EQ(session(R"([{"key":"is_uncaught","value":"true"},{"value":"s","key":"session_id"}])"),
            "s");
  for (const char* other :
       {"[]", "null", "{}", R"([7,[],{"key":"session_id"},{"key":"session_id","value":7}])",
        R"({"key":"session_id","value":"s"})", R"([{"key":"other","value":"s"}])"}) {
    EXPECT_EQ(session(other), "") << other;
  }
}

TEST_F(RollbarTest, ReadsMessagesAndOneTrace) {
  const auto got = probe_.post(
      "/api/1/items",
      R"([{"data":{"body":{"message":{"body":"Payment is slow ü"}},"fingerprint":"own"}},)"
      R"({"data":{"body":{"trace":{"exception":{"class":"E"}}},)"
      R"("client":{"timestamp":1795696985}}},)"
      R"({"data":{"body":{}}},7])");
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 2u);
  EXPECT_EQ(got.events[0].name, "Payment is slow ü");
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("fingerprint":"own")"));
  EXPECT_EQ(got.events[1].name, "E");
  EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'696'985'000);
}

TEST_F(RollbarTest, AnswersInRollbarsWords) {
  EXPECT_THAT(probe_.get("/api/1/status/ping").answer, EndsWith("pong"));
  EXPECT_THAT(probe_.post("/api/1/session", "{}").answer, HasSubstr(R"("err":0)"));
  EXPECT_EQ(kRollbarProtocol.refusal(422, "invalid_event", "no").body,
            R"({"err":1,"message":"no"})");
  for (const auto& [body, status] : {std::pair("", 400),
                                     {"x", 400},
                                     {"{}", 422},
                                     {R"({"data":7})", 422},
                                     {R"({"data":{"body":{"message":{"body":7e}}}})", 400},
                                     {R"({"data":{"body":{"trace":[[]],"message":[]}}})", 422}}) {
    const auto got = probe_.post("/api/1/item", body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_TRUE(got.events.empty()) << body;
  }
}

// Else Chromium writes an error into the page's console for each that the client looks for.
TEST_F(RollbarTest, LetsPagesLookForReplayHeaders) {
  const std::string answer = probe_.post("/api/1/session", "{}").answer;
  for (const char* name : {"Rollbar-Replay-Enabled", "Rollbar-Replay-RateLimit-Remaining",
                           "Rollbar-Replay-RateLimit-Reset"}) {
    EXPECT_THAT(answer.substr(0, answer.find("\r\n")), HasSubstr(name));
  }
}

TEST_F(RollbarTest, FindsTheKeyInItsHeader) {
  http::Request request;
  const http::Header headers[] = {{"x-rollbar-access-token", "pk_1"}};
  request.headers = headers;
  std::string scratch;
  EXPECT_EQ(kRollbarProtocol.own_key(request, scratch), "pk_1");
  request.headers = {};
  request.query = "access_token=pk_2";
  EXPECT_EQ(kRollbarProtocol.own_key(request, scratch), "pk_2");
}

}  // namespace
}  // namespace penstock::adapter
