#include "adapter/drain/cloudflare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::int64_t kStartMs = 1'795'603'452'125;

std::string line_of(std::string_view start, std::string_view ray = "ad13af0b8bdac665") {
  return str_cat(
      R"({"ClientIP":"203.0.113.9","ClientRequestHost":"shop.example","ClientRequestMethod":"GET",)"
      R"("ClientRequestScheme":"https","ClientRequestURI":"/pricing?utm_source=news",)"
      R"("ClientRequestReferer":"https://ref.example/","ClientRequestUserAgent":"UA",)"
      R"("EdgeStartTimestamp":)",
      start, R"(,"EdgeResponseStatus":200,"RayID":")", ray, "\"}");
}

class CloudflareTest : public ::testing::Test {
 protected:
  CloudflareTest() { probe_.origin.is_server_side = true; }
  ProtocolProbe::Got post(std::string_view body) { return probe_.post("/drain/cloudflare", body); }
  event::Record only(std::string_view body) {
    const auto got = post(body);
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kLogpushProtocol};
};

TEST_F(CloudflareTest, ReadsARequest) {
  const event::Record record = only(line_of("\"2026-11-25T10:44:12.125Z\""));
  EXPECT_EQ(record.source, "cloudflare");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "https://shop.example/pricing?utm_source=news");
  EXPECT_EQ(record.referrer, "https://ref.example/");
  EXPECT_EQ(record.ip, "203.0.113.9");
  EXPECT_EQ(record.user_agent, "UA");
  EXPECT_EQ(record.occurred_at_ms, kStartMs);
  for (const char* kept : {R"("RayID":"ad13af0b8bdac665")", R"("EdgeResponseStatus":200)",
                           R"("ClientRequestMethod":"GET")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(CloudflareTest, ReadsTimesOfEveryFormat) {
  for (const char* start :
       {"\"2026-11-25T10:44:12.125Z\"", "1795603452.125", "1795603452125", "1795603452125000000"}) {
    EXPECT_EQ(only(line_of(start)).occurred_at_ms, kStartMs) << start;
  }
  EXPECT_EQ(only(line_of("1795603452")).occurred_at_ms, 1'795'603'452'000);
}

TEST_F(CloudflareTest, KnowsARequestByItsRay) {
  const std::string body = line_of("1795603452", "a") + "\n" + line_of("1795603452", "b");
  const auto first = post(body);
  const auto again = post(body);
  ASSERT_EQ(first.events.size(), 2u);
  ASSERT_EQ(again.events.size(), 2u);
  EXPECT_EQ(first.events[0].id, again.events[0].id);
  EXPECT_NE(first.events[0].id, first.events[1].id);
}

TEST_F(CloudflareTest, ReadsOtherDataSets) {
  const char* firewall =
      R"({"Action":"block","ClientIP":"203.0.113.9","ClientRequestHost":"shop.example",)"
      R"("ClientRequestPath":"/a","ClientRequestQuery":"?b=1","ClientRequestScheme":"https",)"
      R"("Datetime":"2026-11-25T10:44:12.125Z","RayID":"a","UserAgent":"UA"})";
  const event::Record record = only(firewall);
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "log");
  EXPECT_EQ(record.url, "https://shop.example/a?b=1");
  EXPECT_EQ(record.user_agent, "UA");
  EXPECT_EQ(record.occurred_at_ms, kStartMs);
  // A request may have several of them.
  EXPECT_NE(record.id, only(firewall).id);
  const event::Record worker =
      only(R"({"ScriptName":"edge-worker","EventTimestampMs":1795603452125,"Outcome":"ok"})");
  EXPECT_EQ(worker.name, "edge-worker");
  EXPECT_EQ(worker.url, "");
  EXPECT_EQ(worker.occurred_at_ms, kStartMs);
}

TEST_F(CloudflareTest, AnswersTheTestUpload) {
  for (const char* body : {R"({"content":"tests"})", "{\"content\":\"tests\"}\n"}) {
    const auto got = post(body);
    EXPECT_EQ(got.outcome.status, 200);
    EXPECT_TRUE(got.events.empty());
    EXPECT_TRUE(got.outcome.rejected.empty());
    EXPECT_THAT(got.answer, EndsWith(R"({"accepted":0})"));
  }
}

TEST_F(CloudflareTest, TakesTheLeastBatchOfLogpush) {
  std::string body;
  while (body.size() < 5'000'000) body += line_of("1795603452", std::to_string(body.size())) + "\n";
  const auto got = post(body);
  EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
  EXPECT_GT(got.events.size(), 13'000u);
}

}  // namespace
}  // namespace penstock::adapter
