#include "adapter/hook/hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/hmac.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Headers = std::vector<http::Header>;

class HookTest : public ::testing::Test {
 protected:
  event::Record only(std::string_view target, std::string_view body, Headers headers = {}) {
    const auto got = probe_.post(target, body, std::move(headers));
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.answer, "Content-Length: 0\r\n\r\n");
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kHookProtocol};
};

TEST_F(HookTest, TakesAnyJson) {
  const event::Record event =
      only("/hook/my-Shop_1", R"({"event":"order.created","id":7,"nested":{"a":[1]}})");
  EXPECT_EQ(event.source, "hook");
  EXPECT_EQ(event.kind, "event");
  EXPECT_EQ(event.name, "order.created");
  for (const char* kept : {R"("hook":"my-Shop_1")", R"("id":7)", R"("nested":{"a":[1]})"}) {
    EXPECT_THAT(event.properties, HasSubstr(kept));
  }
  EXPECT_EQ(only("/hook/x", "{}", {{"Content-Type", "application/vnd.x"}}).name, "hook");
  EXPECT_EQ(probe_.post("/hook/x", R"([{"type":"a"},{"type":"b"}])").events.size(), 2u);
  // What happens to one thing twice is two events.
  EXPECT_NE(only("/hook/x", R"({"id":7})").id, only("/hook/x", R"({"id":7})").id);
}

TEST_F(HookTest, TakesForms) {
  const Headers type = {{"Content-Type", "application/x-www-form-urlencoded"}};
  const event::Record pairs = only("/hook/x", "a=1&b=%C3%BC+x&type=t", type);
  EXPECT_EQ(pairs.name, "t");
  EXPECT_THAT(pairs.properties, HasSubstr(R"("a":"1","b":"ü x")"));
  const event::Record payload =
      only("/hook/x", "payload=%7B%22type%22%3A%22t%22%2C%22n%22%3A1%7D", type);
  EXPECT_EQ(payload.name, "t");
  EXPECT_THAT(payload.properties, HasSubstr(R"("n":1)"));
  EXPECT_THAT(only("/hook/x", "payload=text", type).properties, HasSubstr(R"("payload":"text")"));
}

TEST_F(HookTest, KnowsGithub) {
  const Headers headers = {{"X-GitHub-Event", "pull_request"}, {"X-GitHub-Delivery", "d-1"}};
  const std::string_view body = R"({"action":"opened","sender":{"login":"octo"}})";
  const event::Record event = only("/hook/gh", body, headers);
  EXPECT_EQ(event.name, "pull_request.opened");
  EXPECT_EQ(event.user_id, "octo");
  EXPECT_THAT(event.properties, HasSubstr(R"("github_delivery":"d-1")"));
  EXPECT_EQ(event.id, only("/hook/gh", body, headers).id);
  const event::Record ping = only("/hook/gh", R"({"zen":"z","hook":{"type":"Repository"}})",
                                  {{"X-GitHub-Event", "ping"}, {"X-GitHub-Delivery", "d-2"}});
  EXPECT_EQ(ping.name, "ping");
  EXPECT_THAT(ping.properties, HasSubstr(R"("hook":"gh")"));
  EXPECT_THAT(ping.properties, HasSubstr(R"("penstock_item":{"hook":{"type":"Repository"}})"));
}

TEST_F(HookTest, KnowsStripe) {
  const event::Record event =
      only("/hook/x", R"({"id":"evt_1","type":"invoice.paid","created":1795696000,"data":{"n":1}})",
           {{"Stripe-Signature", "t=1"}});
  EXPECT_EQ(event.name, "invoice.paid");
  EXPECT_EQ(event.occurred_at_ms, 1'795'696'000'000);
  EXPECT_THAT(event.properties, HasSubstr(R"("id":"evt_1")"));
}

TEST_F(HookTest, KnowsSlack) {
  const Headers headers = {{"X-Slack-Signature", "v0=1"}};
  const event::Record event =
      only("/hook/x",
           R"({"token":"T","type":"event_callback","event_id":"Ev1","event_time":1795696000,)"
           R"("event":{"type":"app_mention","user":"U1"}})",
           headers);
  EXPECT_EQ(event.name, "app_mention");
  EXPECT_EQ(event.user_id, "U1");
  EXPECT_EQ(event.occurred_at_ms, 1'795'696'000'000);
  EXPECT_THAT(event.properties, Not(HasSubstr("token")));
  const event::Record command =
      only("/hook/x", "token=T&user_id=U1&command=%2Fweather&text=Z%C3%BCrich", headers);
  EXPECT_EQ(command.name, "/weather");
  EXPECT_EQ(command.user_id, "U1");
  EXPECT_THAT(command.properties, HasSubstr(R"("text":"Zürich")"));
}

TEST_F(HookTest, AnswersSlacksChallenge) {
  const auto got =
      probe_.post("/hook/x", R"({"token":"T","challenge":"c\"1","type":"url_verification"})",
                  {{"X-Slack-Signature", "v0=1"}});
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_TRUE(got.events.empty());
  EXPECT_THAT(got.answer, EndsWith(R"({"challenge":"c\"1"})"));
  EXPECT_EQ(only("/hook/x", R"({"type":"url_verification"})").name, "url_verification");
}

TEST_F(HookTest, KnowsSvix) {
  const std::string_view body = R"({"type":"invoice.paid","timestamp":"2026-11-26T10:00:00.5Z"})";
  const event::Record event = only("/hook/x", body, {{"svix-id", "msg_1"}});
  EXPECT_EQ(event.name, "invoice.paid");
  EXPECT_EQ(event.occurred_at_ms, 1'795'687'200'500);
  EXPECT_EQ(event.id, only("/hook/x", body, {{"webhook-id", "msg_1"}}).id);
}

TEST_F(HookTest, WantsASignatureWhereTheHookIsConfigured) {
  OneHook hooks;
  hooks.hook = {"gh", HookScheme::kGithub, "secret", "shop"};
  probe_.hooks = &hooks;
  const std::string_view body = R"({"action":"opened"})";
  std::string signature = "sha256=";
  append_hex(signature, crypto::hmac_sha256("secret", {body}));
  EXPECT_EQ(only("/hook/gh", body, {{"X-Hub-Signature-256", signature}}).name, "opened");
  EXPECT_EQ(hooks.projects, std::vector<std::string>{"shop"});
  for (const Headers& headers : {Headers{}, Headers{{"X-Hub-Signature-256", "sha256=00"}}}) {
    const auto got = probe_.post("/hook/gh", body, headers);
    EXPECT_EQ(got.outcome.status, 401);
    EXPECT_EQ(got.outcome.error, "bad_signature");
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_EQ(hooks.projects.size(), 1u);
  EXPECT_EQ(only("/hook/other", body).name, "hook");
}

TEST_F(HookTest, AnswersAChallengeOnceItsSignatureIsGood) {
  OneHook hooks;
  hooks.hook = {"slack", HookScheme::kSlack, "secret", ""};
  probe_.hooks = &hooks;
  const std::string_view body = R"({"challenge":"c","type":"url_verification"})";
  const std::string time = str_cat(ProtocolProbe::kNowMs / 1000);
  std::string signature = "v0=";
  append_hex(signature, crypto::hmac_sha256("secret", {"v0:", time, ":", body}));
  const Headers headers = {{"X-Slack-Signature", signature}, {"X-Slack-Request-Timestamp", time}};
  EXPECT_THAT(probe_.post("/hook/slack", body, headers).answer, EndsWith(R"({"challenge":"c"})"));
  EXPECT_EQ(probe_.post("/hook/slack", body).outcome.status, 401);
}

TEST_F(HookTest, RefusesWhatIsNone) {
  EXPECT_EQ(probe_.post("/hook/a%20b", "{}").outcome.status, 404);
  EXPECT_EQ(probe_.post("/hook/" + std::string(65, 'a'), "{}").outcome.status, 404);
  EXPECT_EQ(probe_.post("/hook/x", "").outcome.status, 400);
  EXPECT_EQ(probe_.post("/hook/x", "<a/>", {{"Content-Type", "text/xml"}}).outcome.status, 400);
  EXPECT_EQ(probe_.post("/hook/x", "7", {{"Content-Type", "application/json"}}).outcome.status,
            422);
}

}  // namespace
}  // namespace penstock::adapter
