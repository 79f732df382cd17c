#include "adapter/drain/fastly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class FastlyTest : public ::testing::Test {
 protected:
  FastlyTest() { probe_.origin.is_server_side = true; }
  ProtocolProbe::Got post(std::string_view body) { return probe_.post("/drain/fastly", body); }

  ProtocolProbe probe_{kFastlyProtocol};
};

constexpr std::string_view kLine =
    R"({"timestamp":"2026-11-25T10:44:19.123Z","client_ip":"203.0.113.9","geo_country":"germany",)"
    R"("host":"shop.example","url":"https://shop.example/pricing?m=1","request_method":"GET",)"
    R"("referer":"https://ref.example/","user_agent":"Own/1.0","response_status":200})";

TEST_F(FastlyTest, AnswersTheChallenge) {
  const auto got = probe_.get("/.well-known/fastly/logging/challenge");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith("\r\n\r\n*"));
  EXPECT_THAT(got.answer, HasSubstr("text/plain"));
}

TEST_F(FastlyTest, ReadsRequests) {
  for (const std::string& body :
       {std::string(kLine), "[" + std::string(kLine) + "]", "\n" + std::string(kLine) + "\n"}) {
    const auto got = post(body);
    ASSERT_EQ(got.events.size(), 1u) << body;
    const event::Record& record = got.events[0];
    EXPECT_EQ(record.source, "fastly");
    EXPECT_EQ(record.name, "request");
    EXPECT_EQ(record.url, "https://shop.example/pricing?m=1");
    EXPECT_EQ(record.referrer, "https://ref.example/");
    EXPECT_EQ(record.ip, "203.0.113.9");
    EXPECT_EQ(record.user_agent, "Own/1.0");
    EXPECT_EQ(record.occurred_at_ms, 1'795'603'459'123);
    EXPECT_THAT(record.properties, HasSubstr(R"("geo_country":"germany")"));
  }
}

TEST_F(FastlyTest, ReadsLinesOfText) {
  const auto got = post("[error] \"a\" \xff\r\n\r\n" + std::string(kLine) + "\n{\"bad\nlast");
  EXPECT_EQ(got.outcome.status, 200);
  ASSERT_EQ(got.events.size(), 3u);
  EXPECT_EQ(got.events[0].kind, "log");
  EXPECT_EQ(got.events[0].properties, "{\"message\":\"[error] \\\"a\\\" \ufffd\"}");
  EXPECT_EQ(got.events[1].name, "request");
  EXPECT_EQ(got.events[2].properties, R"({"message":"last"})");
  EXPECT_THAT(got.answer, HasSubstr(R"("rejected":1)"));
  EXPECT_THAT(got.answer, HasSubstr("line 4"));
}

}  // namespace
}  // namespace penstock::adapter
