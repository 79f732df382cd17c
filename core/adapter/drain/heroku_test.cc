#include "adapter/drain/heroku.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kTimeMs = 1'795'603'462'124;

std::string frame(std::string_view process, std::string_view message) {
  const std::string text =
      str_cat("<190>1 2026-11-25T10:44:22.124000+00:00 host ", process, " - ", message, "\n");
  return str_cat(text.size(), " ", text);
}

class HerokuTest : public ::testing::Test {
 protected:
  HerokuTest() { probe_.origin.is_server_side = true; }
  ProtocolProbe::Got post(std::string_view body, std::string_view frame_id = "F1") {
    return probe_.post("/drain/heroku", body,
                       {{"Content-Type", "application/logplex-1"}, {"Logplex-Frame-Id", frame_id}});
  }
  event::Record only(std::string_view body) {
    const auto got = post(body);
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kHerokuProtocol};
};

TEST_F(HerokuTest, ReadsALine) {
  const event::Record record = only(frame("app web.1", "Grüße \"q\" 🚀"));
  EXPECT_EQ(record.source, "heroku");
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "app");
  EXPECT_EQ(record.occurred_at_ms, kTimeMs);
  EXPECT_EQ(record.properties,
            R"({"timestamp":"2026-11-25T10:44:22.124000+00:00","hostname":"host","app":"app",)"
            R"("process":"web.1","level":"info","message":"Grüße \"q\" 🚀"})");
}

TEST_F(HerokuTest, ReadsALineOfTheRouter) {
  const event::Record record = only(frame(
      "heroku router",
      R"(at=info method=GET path="/cart?x=1 y" host=shop.example request_id=8601b555 )"
      R"(fwd="198.51.100.1,203.0.113.9" dyno=web.1 connect=1ms service=18ms status=200 bytes=13 )"
      R"(protocol=https other=1)"));
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "https://shop.example/cart?x=1 y");
  EXPECT_EQ(record.ip, "203.0.113.9");
  for (const char* kept :
       {R"("status":200)", R"("bytes":13)", R"("service":"18ms")", R"("request_id":"8601b555")",
        R"("path":"/cart?x=1 y")", R"("message":"at=info method=GET path=)"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  EXPECT_EQ(only(frame("heroku router", "at=error code=H12 status=007")).name, "router");
  EXPECT_EQ(only(frame("heroku router", "")).kind, "log");
  EXPECT_EQ(only(frame("heroku router", "= a==b path=\"/x")).url, "/x");
  EXPECT_EQ(only(frame("app router", "at=info path=\"/x\"")).kind, "log");
}

TEST_F(HerokuTest, ReadsAMessageThatIsAnObject) {
  const event::Record record = only(
      frame("app web.1", R"({"method":"GET","path":"/a","status":200,"time":"2020-01-01","n":1})"));
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "/a");
  EXPECT_EQ(record.occurred_at_ms, kTimeMs);
  EXPECT_THAT(record.properties, HasSubstr(R"("n":1)"));
  EXPECT_EQ(only(frame("app web.1", "{\"n\":1} x")).name, "app");
}

TEST_F(HerokuTest, KnowsARequestThatIsSentAgain) {
  const std::string body = frame("app web.1", "same") + frame("app web.1", "same");
  const auto first = post(body);
  const auto again = post(body);
  const auto other = post(body, "F2");
  ASSERT_EQ(first.events.size(), 2u);
  EXPECT_NE(first.events[0].id, first.events[1].id);
  EXPECT_EQ(first.events[0].id, again.events[0].id);
  EXPECT_EQ(first.events[1].id, again.events[1].id);
  EXPECT_NE(first.events[0].id, other.events[0].id);
  EXPECT_NE(post(body, "").events[0].id, post(body, "").events[0].id);
}

TEST_F(HerokuTest, PassesOverWhatIsNoFrame) {
  for (const char* body : {"", "\n", "0 ", "1 \n0 "}) {
    const auto got = post(body);
    EXPECT_EQ(got.outcome.status, 200) << body;
    EXPECT_TRUE(got.events.empty());
  }
  const auto cut = post(frame("app web.1", "a") + "100 <190>1 cut off");
  EXPECT_EQ(cut.events.size(), 1u);
  EXPECT_THAT(cut.answer, HasSubstr(R"("rejected":1)"));
  EXPECT_THAT(cut.answer, HasSubstr("frame 2 has no length or is cut off"));
  EXPECT_EQ(post("no frame").outcome.status, 400);
  EXPECT_EQ(post("{\"a\":1}").outcome.status, 400);
}

TEST_F(HerokuTest, RepairsWhatIsNoText) {
  const event::Record record = only(frame("app web.1", std::string("a\xff\0b", 4)));
  EXPECT_THAT(record.properties, HasSubstr("\"message\":\"a\ufffd\\u0000b\""));
  EXPECT_THAT(only("3 abc").properties, R"({"message":"abc"})");
}

}  // namespace
}  // namespace penstock::adapter
