#include "adapter/sentry/sentry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kPath = "/api/42/envelope";
constexpr std::string_view kHeader =
    R"({"event_id":"6720ec75eb7a40bca05a83b6c7f9ef15","sent_at":"2026-11-26T12:43:09Z"})"
    "\n";

class SentryTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got send(std::string_view items) {
    return probe_.post(kPath, str_cat(kHeader, items));
  }
  std::string key(std::string_view target, std::vector<http::Header> headers = {}) {
    http::Request request;
    const std::size_t mark = target.find('?');
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    request.headers = headers;
    std::string scratch;
    return std::string(kSentryProtocol.own_key(request, scratch));
  }

  ProtocolProbe probe_{kSentryProtocol};
};

TEST_F(SentryTest, ReadsAnEventAsTheBrowserWritesIt) {
  const auto got = send(
      R"({"type":"event"})"
      "\n"
      R"({"exception":{"values":[{"type":"RangeError","value":"out of stock"},{"type":"TypeError",)"
      R"("value":"Cannot ship","stacktrace":{"frames":[{"filename":"http://s.example/app.js",)"
      R"("function":"caught","in_app":true,"lineno":7},{"filename":"http://s.example/app.js",)"
      R"("function":"checkout","in_app":true,"lineno":3}]},"mechanism":{"handled":true}}]},)"
      R"("level":"error","event_id":"6720ec75eb7a40bca05a83b6c7f9ef15",)"
      R"("request":{"url":"http://s.example/pricing","headers":{"Referer":"https://r.example/"}},)"
      R"("timestamp":1795696984.629,"environment":"staging","release":"shop@1.2.3",)"
      R"("user":{"id":"user-1","username":"N"},"breadcrumbs":[{"message":"added"}]})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith(R"({"id":"6720ec75eb7a40bca05a83b6c7f9ef15"})"));
  ASSERT_EQ(got.events.size(), 1u);
  const event::Record& event = got.events[0];
  EXPECT_EQ(event.source, "sentry");
  EXPECT_EQ(event.kind, "error");
  EXPECT_EQ(event.name, "TypeError");
  EXPECT_EQ(event.url, "http://s.example/pricing");
  EXPECT_EQ(event.referrer, "https://r.example/");
  EXPECT_EQ(event.user_id, "user-1");
  EXPECT_EQ(event.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(event.id.is_from_client());
  for (const std::string_view part :
       {R"("message":"Cannot ship")",
        R"("frames":[{"file":"http://s.example/app.js",)"
        R"("function":"checkout","line":3,"in_app":true},)",
        R"("causes":[{"class":"RangeError","message":"out of stock"}])", R"("handled":true)",
        R"("release":"shop@1.2.3")", R"("environment":"staging")", R"("level":"error")",
        R"("breadcrumbs":[{"message":"added"}])",
        R"("user":{"id":"user-1","username":"N","name":"N"})",
        R"("event_id":"6720ec75eb7a40bca05a83b6c7f9ef15")"}) {
    EXPECT_THAT(event.properties, HasSubstr(std::string(part)));
  }
  // A second delivery is the same row.
  const auto again = probe_.post(
      "/api/42/store", R"({"event_id":"6720ec75eb7a40bca05a83b6c7f9ef15","message":"m"})");
  ASSERT_EQ(again.events.size(), 1u);
  EXPECT_EQ(again.events[0].id.key(), event.id.key());
}

TEST_F(SentryTest, AMessageIsItsOwnName) {
  const auto got = send(
      "{\"type\":\"event\"}\n"
      R"({"message":"Payment is slow","level":"warning","exception":{"values":[{"value":)"
      R"("Payment is slow","stacktrace":{"frames":[]},"mechanism":{"synthetic":true}}]}})"
      "\n{\"type\":\"event\"}\n"
      R"({"logentry":{"message":"a %s","formatted":"a b"},"fingerprint":["mine"]})"
      "\n{\"type\":\"event\"}\n"
      R"({"transaction":"GET /cart","tags":{"a":NaN}})");
  ASSERT_EQ(got.events.size(), 3u);
  EXPECT_EQ(got.events[0].name, "Payment is slow");
  EXPECT_EQ(got.events[0].kind, "error");
  EXPECT_EQ(got.events[1].name, "a b");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("fingerprint":"mine")"));
  EXPECT_EQ(got.events[2].name, "GET /cart");
  EXPECT_THAT(got.events[2].properties, HasSubstr(R"("tags":{"a":null})"));
}

TEST_F(SentryTest, CorrectsAClockByTheEnvelope) {
  const auto got = probe_.post(kPath,
                               "{\"sent_at\":\"2026-11-25T12:43:10Z\"}\n{\"type\":\"event\"}\n"
                               "{\"message\":\"m\",\"timestamp\":\"2026-11-25T12:43:00Z\"}");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].occurred_at_ms, ProtocolProbe::kNowMs - 10'000);
}

TEST_F(SentryTest, ReadsWhatTheStoreIsSent) {
  const std::string json = R"({"event_id":"a7824303-c202-408c-9fe7-06f543ab68c8","message":"m",)"
                           R"("timestamp":"2026-11-26T12:43:05"})";
  for (const std::string& body : {json, crypto::encode_base64(json)}) {
    const auto got = probe_.post("/api/42/store", body);
    ASSERT_EQ(got.events.size(), 1u);
    EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'696'985'000);
    EXPECT_THAT(got.answer, EndsWith(R"({"id":"a7824303c202408c9fe706f543ab68c8"})"));
  }
  const auto pixel =
      probe_.get("/api/42/store?sentry_data=" + crypto::encode_base64(R"({"message":"by get"})"));
  ASSERT_EQ(pixel.events.size(), 1u);
  EXPECT_THAT(pixel.answer, HasSubstr("image/gif"));
  EXPECT_EQ(probe_.post("/api/store", json).events.size(), 1u);
  const auto nameless = probe_.post("/api/42/store", R"({"message":"m"})");
  ASSERT_EQ(nameless.events.size(), 1u);
  EXPECT_THAT(nameless.answer,
              EndsWith(str_cat(R"({"id":")", nameless.events[0].id.hex(), R"("})")));
}

TEST_F(SentryTest, ReadsReportsOfBrokenPolicies) {
  const auto got = probe_.post(
      "/api/42/security",
      R"({"csp-report":{"document-uri":"https://s.example/","violated-directive":"script-src",)"
      R"("effective-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js"}})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].kind, "error");
  EXPECT_EQ(got.events[0].name, "script-src-elem");
  EXPECT_EQ(got.events[0].url, "https://s.example/");
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("message":"https://evil.example/x.js")"));
}

TEST_F(SentryTest, FindsTheKeyWhereClientsPutIt) {
  EXPECT_EQ(key("/?sentry_version=7&sentry_key=pk_1&sentry_client=x"), "pk_1");
  for (const std::string_view header :
       {"Sentry sentry_key=pk_1, sentry_version=7", "sentry sentry_version=5,sentry_key=pk_1",
        "Sentry sentry_client=a/1, sentry_key = pk_1 "}) {
    EXPECT_EQ(key("/", {{"X-Sentry-Auth", header}}), "pk_1") << header;
    EXPECT_EQ(key("/", {{"Authorization", header}}), "pk_1") << header;
  }
  for (const std::string_view header : {"", "Sentry", "Sentry ,,=,", "Bearer sentry_key=pk_1"}) {
    EXPECT_EQ(key("/", {{"X-Sentry-Auth", header}}), "") << header;
  }
  const auto got = probe_.post(
      kPath, "{\"dsn\":\"http://pk_2@h/42\"}\n{\"type\":\"event\"}\n{\"message\":\"m\"}");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].project, "pk_2");
}

TEST_F(SentryTest, TakesTheGoodAndRefusesWhatHoldsNone) {
  const auto mixed = send(
      "{\"type\":\"event\"}\n{\"message\":\n{\"type\":\"event\"}\n{\"message\":\"m\"}\n"
      "{\"type\":\"log\"}\n{\"items\":[{\"level\":\"info\"},{\"level\":]}\n"
      "{\"type\":\"event\"}\n[]\n{\"type\":\"event\",\"length\":99}\n{}");
  EXPECT_EQ(mixed.outcome.status, 200);
  EXPECT_EQ(mixed.events.size(), 1u);
  EXPECT_EQ(mixed.outcome.rejected.size(), 4u);
  // What is not known, or nothing at all, is no fault.
  EXPECT_EQ(send("{\"type\":\"news\"}\nx").outcome.status, 200);
  EXPECT_EQ(send("").outcome.status, 200);
  for (const auto& [path, body, status] :
       {std::tuple(kPath, "", 400),
        {kPath, "x", 400},
        {kPath, "{}\n{\"type\":\"event\"}\n{", 400},
        {kPath, "{}\n{\"type\":\"event\"}\n{}", 422},
        {kPath, "{}\n{\"type\":\"event\"}\n{\"message\":{\"a\":1},\"exception\":[7]}", 422},
        {"/api/42/store", "", 400},
        {"/api/42/store", "[1]", 400},
        {"/api/42/store", "{\"a\":", 400},
        {"/api/42/store", "====", 400},
        {"/api/42/security", "{\"csp-report\":7}", 422}}) {
    const auto got = probe_.post(path, body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_FALSE(got.outcome.detail.empty()) << body;
    EXPECT_TRUE(got.events.empty()) << body;
  }
}

TEST(SentryRefusal, IsInSentrysWords) {
  const auto quota = kSentryProtocol.refusal(429, "over_quota", "too many");
  EXPECT_EQ(quota.body, R"({"detail":"too many","causes":["over_quota"]})");
  ASSERT_EQ(quota.headers.size(), 2u);
  EXPECT_EQ(quota.headers[1].first, "X-Sentry-Rate-Limits");
  EXPECT_THAT(quota.headers[1].second, StartsWith("60::"));
}

}  // namespace
}  // namespace penstock::adapter
