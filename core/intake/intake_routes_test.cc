// What the intake makes of its routes, bodies and headers.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "intake/intake_testing.h"
#include "support/temp_dir.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;

class IntakeRoutes : public IntakeTest {};

TEST_F(IntakeRoutes, TakesAnArrayAndNdjson) {
  start();
  EXPECT_EQ(ask(post("/v1/events", R"([{"name":"a"},{"name":"b"}])")).body, R"({"accepted":2})");
  EXPECT_EQ(ask(post("/v1/events", "{\"name\":\"c\"}\n{\"name\":\"d\"}\n{\"name\":\"e\"}\n",
                     "Content-Type: application/x-ndjson\r\n"))
                .body,
            R"({"accepted":3})");
  EXPECT_EQ(events_.size(), 5u);
  EXPECT_EQ(counted(0, 0), 5u);
}

TEST_F(IntakeRoutes, CollectsFromQueryBodyAndHeaders) {
  start();
  EXPECT_EQ(ask(post("/v1/collect?name=beacon&key=", "")).status, 204);
  EXPECT_EQ(
      ask(post("/v1/collect", R"({"name":"json"})", "Content-Type: application/json\r\n")).status,
      204);
  EXPECT_EQ(ask(get("/v1/collect?name=injected&a=1",
                    "X-Penstock-Name: request\r\nX-Penstock-Referrer: http://r/?a&name=x\r\n"))
                .status,
            204);
  ASSERT_EQ(events_.size(), 3u);
  EXPECT_EQ(events_[0].name, "beacon");
  EXPECT_EQ(events_[1].name, "json");
  EXPECT_EQ(events_[2].name, "request");
  EXPECT_EQ(events_[2].properties, R"({"a":"1"})");
  EXPECT_EQ(counted(2, 0), 3u);
}

// Of kOutcomes.
constexpr std::size_t kQueued = 0;
constexpr std::size_t kRejected = 2;

std::size_t place_of(std::string_view protocol) {
  const auto all = adapter::protocols();
  const auto found = std::find_if(all.begin(), all.end(), [protocol](const adapter::Protocol* one) {
    return one->name == protocol;
  });
  return static_cast<std::size_t>(found - all.begin());
}

// Two products post to /batch.
TEST_F(IntakeRoutes, CountsEventsUnderTheProtocolThatReadThem) {
  start();
  EXPECT_EQ(ask(post("/batch", R"({"events":[{"event_type":"A"},{"event_type":"B"},7]})")).status,
            200);
  EXPECT_EQ(ask(post("/batch", R"({"batch":[{"event":"C"}]})")).status, 200);
  EXPECT_EQ(counted(place_of("amplitude"), kQueued), 2u);
  EXPECT_EQ(counted(place_of("amplitude"), kRejected), 1u);
  EXPECT_EQ(counted(place_of("posthog"), kQueued), 1u);
  EXPECT_EQ(counted(place_of("posthog"), kRejected), 0u);
}

// Its 400 tells what was left out; the rest is taken, and durable before it is told so.
TEST_F(IntakeRoutes, TakesTheRestOfAStrictImport) {
  start();
  const char* body = R"([{"event":"A","properties":{}},3])";
  const Answer told = ask(post("/import?strict=1", body));
  EXPECT_EQ(told.status, 400);
  EXPECT_THAT(told.body, HasSubstr(R"("num_records_imported":1)"));
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(counted(place_of("mixpanel"), kQueued), 1u);
  EXPECT_EQ(counted(place_of("mixpanel"), kRejected), 1u);
  EXPECT_EQ(ask(post("/import?strict=1", body), queue::Stored::kRefused).status, 503);
  EXPECT_EQ(ask_at_once(post("/import?strict=1", "[3]")).status, 400);
}

TEST_F(IntakeRoutes, AnswersTheChallengesOfItsFolder) {
  const testing::TempDir dir;
  std::ofstream(dir.path("token")) << "token.print";
  settings_.acme_dir = dir.path();
  start();
  EXPECT_EQ(ask_at_once(get("/.well-known/acme-challenge/token")).body, "token.print");
  EXPECT_EQ(ask_at_once(get("/.well-known/acme-challenge/none")).status, 404);
  EXPECT_EQ(ask_at_once(post("/.well-known/acme-challenge/token", "{}")).status, 405);
  EXPECT_EQ(ask_at_once(get("/.well-known/other")).status, 404);
}

TEST_F(IntakeRoutes, TakesAllEventsOfARequestOrNone) {
  start();
  const Answer answer =
      ask_at_once(post("/v1/events", R"([{"name":"a"},{"name":7},{"name":"c"}])"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("\"error\":"));
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(producer_->submitted, 0u);
  EXPECT_GE(counted(0, 2), 1u);

  const Answer partial =
      ask(post("/v1/events?partial=1", R"([{"name":"a"},{"name":7},{"name":"c"}])"));
  EXPECT_EQ(partial.status, 202);
  EXPECT_THAT(partial.body, HasSubstr(R"({"accepted":2,"rejected":[{"index":1,"error":)"));
  EXPECT_EQ(events_.size(), 2u);
}

TEST_F(IntakeRoutes, SaysWhereABodyIsNoJson) {
  start();
  const Answer answer = ask_at_once(post("/v1/events", R"({"name":)"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("\"detail\":"));
}

TEST_F(IntakeRoutes, TakesThePixelsQuery) {
  start();
  const Answer answer = ask(get("/v1/pixel.gif?name=seen&color=red"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "image/gif");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.body.size(), 43u);
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(events_[0].name, "seen");
  EXPECT_EQ(events_[0].source, "pixel");
  EXPECT_THAT(events_[0].properties, HasSubstr("red"));
  EXPECT_EQ(counted(1, 0), 1u);
}

TEST_F(IntakeRoutes, TakesAFormByGetAndPost) {
  start();
  EXPECT_EQ(ask(get("/v1/collect?name=a")).status, 204);
  EXPECT_EQ(ask(post("/v1/collect", "name=b&url=https%3A%2F%2Fe.x%2F",
                     "Content-Type: application/x-www-form-urlencoded\r\n"))
                .status,
            204);
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_EQ(events_[1].name, "b");
  EXPECT_EQ(events_[1].source, "collect");
  EXPECT_EQ(counted(2, 0), 2u);
}

TEST_F(IntakeRoutes, CountsNoEventForHead) {
  start();
  LoopbackClient client(port_);
  client.send("HEAD /v1/pixel.gif?name=x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive(true).header("Content-Length"), "43");
  EXPECT_EQ(producer_->submitted, 0u);
}

TEST_F(IntakeRoutes, SwitchesProtocolsOffAndOnAgain) {
  settings_.protocols[1] = false;
  start();
  EXPECT_EQ(ask_at_once(get("/v1/pixel.gif?name=n")).status, 404);
  EXPECT_EQ(ask(get("/v1/collect?name=n")).status, 204);
  settings_.protocols[1] = true;
  thread_.run([&] { intake_->apply(settings_); });
  EXPECT_EQ(ask(get("/v1/pixel.gif?name=n")).status, 200);
}

TEST_F(IntakeRoutes, SaysWhichCodingsItTakes) {
  start();
  const Answer answer = ask_at_once(post("/v1/events", "{}", "Content-Encoding: br\r\n"));
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.header("Accept-Encoding"), "gzip, deflate, zstd");
}

TEST_F(IntakeRoutes, KnowsNoOtherRoutes) {
  start();
  EXPECT_EQ(ask_at_once(get("/healthz")).status, 404);  // On the admin port only.
  const Answer answer = ask_at_once(get("/v1/events"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.header("Allow"), HasSubstr("POST"));
}

TEST_F(IntakeRoutes, BelievesTrustedProxiesAboutTheAddress) {
  start();
  ask(post("/v1/events", R"({"name":"x"})",
           "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.2\r\n"
           "User-Agent: Browser/1\r\n"));
  ask(post("/v1/events", R"({"name":"x"})"));
  settings_.trusted_proxies = {};
  thread_.run([&] { intake_->apply(settings_); });
  ask(post("/v1/events", R"({"name":"x"})", "X-Forwarded-For: 203.0.113.9\r\n"));

  ASSERT_EQ(events_.size(), 3u);
  EXPECT_EQ(events_[0].ip, "203.0.113.9");
  EXPECT_EQ(events_[0].user_agent, "Browser/1");
  EXPECT_EQ(events_[1].ip, "127.0.0.1");
  EXPECT_EQ(events_[2].ip, "127.0.0.1");
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(IntakeRoutes, UndoesTheContentEncodingWithinItsLimit) {
  settings_.inflated_bytes_max = 10'000;
  start();
  const std::string zipped = "Content-Encoding: gzip\r\n";
  EXPECT_EQ(ask(post("/v1/events", gzip(R"({"name":"zipped"})"), zipped)).status, 202);
  EXPECT_EQ(events_.at(0).name, "zipped");

  const std::string bomb = "{\"name\":\"" + std::string(100'000, ' ') + "\"}";
  EXPECT_EQ(ask_at_once(post("/v1/events", gzip(bomb), zipped)).status, 413);
  EXPECT_EQ(ask_at_once(post("/v1/events", "no gzip", zipped)).status, 400);
  EXPECT_EQ(ask_at_once(post("/v1/events", "{}", "Content-Encoding: br\r\n")).status, 415);
}

// Scripts compress and may not set the header: a beacon's only header is its type.
TEST_F(IntakeRoutes, UndoesGzipThatNobodyTellsOf) {
  settings_.inflated_bytes_max = 10'000;
  start();
  EXPECT_EQ(ask(post("/v1/events", gzip(R"({"name":"zipped"})"), "Content-Encoding:\r\n")).status,
            202);
  EXPECT_EQ(events_.at(0).name, "zipped");
  EXPECT_EQ(ask_at_once(post("/v1/events", gzip(std::string(100'000, ' ')))).status, 413);
  EXPECT_EQ(ask_at_once(post("/v1/events", "\x1f\x8b")).status, 400);
}

TEST_F(IntakeRoutes, RefusesAnEventOverTheLimit) {
  settings_.event_bytes_max = 1'000;
  start();
  const std::string large = R"({"name":"x","properties":{"a":")" + std::string(2'000, 'x') + "\"}}";
  EXPECT_GE(ask_at_once(post("/v1/events", large)).status, 400);
  EXPECT_EQ(producer_->submitted, 0u);
}

}  // namespace
}  // namespace penstock::intake
