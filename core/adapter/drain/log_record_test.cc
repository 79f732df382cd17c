#include "adapter/drain/log_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "adapter/drain/vector.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class LogRecordTest : public ::testing::Test {
 protected:
  LogRecordTest() { probe_.origin.is_server_side = true; }

  ProtocolProbe::Got post(std::string_view body) { return probe_.post("/drain/vector", body); }
  event::Record only(std::string_view body) {
    const auto got = post(body);
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u) << body;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kVectorProtocol};
};

TEST_F(LogRecordTest, KeepsALine) {
  const event::Record record =
      only(R"({"timestamp":"2026-11-25T10:44:26.123456789Z","host":"web-1","level":"warn",)"
           R"("message":"GET /cart ü","n":1,"nested":{"a":[1]}})");
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "log");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'466'123);
  EXPECT_EQ(record.url, "");
  EXPECT_EQ(record.ip, "192.0.2.1");
  for (const char* kept :
       {R"("timestamp":"2026-11-25T10:44:26.123456789Z")", R"("host":"web-1")", R"("level":"warn")",
        R"("message":"GET /cart ü")", R"("n":1)", R"("nested":{"a":[1]})"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST_F(LogRecordTest, IsNamedByItsProgram) {
  EXPECT_EQ(only(R"({"PROGRAM":"sshd","MESSAGE":"m"})").name, "sshd");
  EXPECT_EQ(only(R"({"appname":"shop","message":"m"})").name, "shop");
  EXPECT_EQ(only(R"({"kubernetes":{"container_name":"api"},"log":"m"})").name, "api");
  EXPECT_THAT(only(R"({"PROGRAM":"sshd"})").properties, HasSubstr(R"("PROGRAM":"sshd")"));
}

TEST_F(LogRecordTest, ReadsNginxsVariables) {
  const event::Record record = only(
      R"({"time_iso8601":"2026-11-25T10:44:26+00:00","remote_addr":"203.0.113.9",)"
      R"("remote_user":"-","request":"GET /a?b=1 HTTP/1.1","request_uri":"/a?b=1","uri":"/a",)"
      R"("args":"b=1","status":200,"http_host":"shop.example","scheme":"http",)"
      R"("http_referer":"https://r.example/","http_user_agent":"Own/1.0","request_time":"0.005"})");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "http://shop.example/a?b=1");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.ip, "203.0.113.9");
  EXPECT_EQ(record.user_agent, "Own/1.0");
  EXPECT_EQ(record.user_id, "");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'466'000);
  EXPECT_THAT(record.properties, HasSubstr(R"("status":200)"));
  EXPECT_THAT(record.properties, HasSubstr(R"("request":"GET /a?b=1 HTTP/1.1")"));
}

// What docs/edge has servers write.
TEST_F(LogRecordTest, ReadsTheNamesOfAnEvent) {
  const event::Record record =
      only(R"({"UNIQID":"a@1","time":1795603466.125,"url":"https://shop.example/a?b=1",)"
           R"("referrer":"https://r.example/","user_agent":"Own/1.0","ip":"203.0.113.9",)"
           R"("method":"GET","status":404,"bytes":17,"seconds":5e-3})");
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "https://shop.example/a?b=1");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.user_agent, "Own/1.0");
  EXPECT_EQ(record.ip, "203.0.113.9");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'466'125);
}

TEST_F(LogRecordTest, ReadsOtherServersMembers) {
  const event::Record caddy = only(
      R"({"level":"info","ts":1795603466.125,"logger":"http.log.access","msg":"handled request",)"
      R"("request":{"remote_ip":"203.0.113.8","client_ip":"203.0.113.9","method":"GET",)"
      R"("host":"shop.example","uri":"/a?b=1","headers":{"User-Agent":["curl/8"],)"
      R"("Referer":["https://r.example/"]}},"status":200})");
  EXPECT_EQ(caddy.name, "request");
  EXPECT_EQ(caddy.url, "https://shop.example/a?b=1");
  EXPECT_EQ(caddy.ip, "203.0.113.9");
  EXPECT_EQ(caddy.user_agent, "curl/8");
  EXPECT_EQ(caddy.referrer, "https://r.example/");
  EXPECT_EQ(caddy.occurred_at_ms, 1'795'603'466'125);
  const event::Record traefik =
      only(R"({"ClientHost":"203.0.113.9","DownstreamStatus":200,"RequestHost":"shop.example",)"
           R"("RequestMethod":"GET","RequestPath":"/a","RequestScheme":"https",)"
           R"("StartUTC":"2026-11-25T10:44:26.5Z","request_User-Agent":"curl/8","level":"info"})");
  EXPECT_EQ(traefik.url, "https://shop.example/a");
  EXPECT_EQ(traefik.user_agent, "curl/8");
  const event::Record rails =
      only(R"({"method":"POST","path":"/cart","host":"web-1","status":302,"duration":3.5})");
  EXPECT_EQ(rails.name, "request");
  EXPECT_EQ(rails.url, "/cart");
}

TEST_F(LogRecordTest, TakesNothingElseForARequest) {
  for (const char* body :
       {R"({"message":"cannot fetch","url":"https://api.example/"})",
        R"({"path":"/var/log/app.log","status":"ok"})", R"({"path":"/var/log/app.log","status":7})",
        R"({"request":"GET /a","message":"m"})", R"({"request":" HTTP/1.1"})",
        R"({"method":"charge","path":"/x"})", R"({"request_uri":"/a"})", R"({"status":200})"}) {
    const event::Record record = only(body);
    EXPECT_EQ(record.kind, "log") << body;
    EXPECT_EQ(record.url, "") << body;
  }
  EXPECT_THAT(only(R"({"message":"m","url":"https://api.example/"})").properties,
              HasSubstr(R"("url":"https://api.example/")"));
}

TEST_F(LogRecordTest, BelievesServersAloneOfAddressAndAgent) {
  probe_.origin.is_server_side = false;
  const event::Record record =
      only(R"({"status":200,"request_uri":"/a","remote_addr":"203.0.113.9","user_agent":"UA"})");
  EXPECT_EQ(record.ip, "192.0.2.1");
  EXPECT_EQ(record.user_agent, "probe/1");
  EXPECT_THAT(record.properties, HasSubstr(R"("remote_addr":"203.0.113.9")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("user_agent":"UA")"));
}

TEST_F(LogRecordTest, ChoosesTheTimeThatIsOne) {
  EXPECT_EQ(only(R"({"time":0.005,"date":1795603466.1234,"message":"m"})").occurred_at_ms,
            1'795'603'466'123);
  EXPECT_EQ(only(R"({"ts":"soon","time":"2026-11-25T10:44:26.7Z","message":"m"})").occurred_at_ms,
            1'795'603'466'700);
  const event::Record record = only(R"({"time":0.005,"message":"m"})");
  EXPECT_EQ(record.occurred_at_ms, ProtocolProbe::kNowMs);
  EXPECT_THAT(record.properties, HasSubstr(R"("time":0.005)"));
}

TEST_F(LogRecordTest, ReadsAMessageThatIsAnObject) {
  const event::Record record =
      only(R"({"ISODATE":"2026-11-25T10:44:26.123+00:00","HOST":"web-1","PROGRAM":"nginx",)"
           R"("UNIQID":"u-1","host":"web-1","MESSAGE":"{\"request_uri\":\"/a\",\"status\":404,)"
           R"(\"host\":\"shop.example\",\"remote_addr\":\"203.0.113.9\",\"UNIQID\":\"u-2\"}\n"})");
  EXPECT_EQ(record.name, "request");
  EXPECT_EQ(record.url, "https://shop.example/a");
  EXPECT_EQ(record.ip, "203.0.113.9");
  EXPECT_THAT(record.properties, HasSubstr(R"("status":404)"));
  EXPECT_THAT(record.properties, HasSubstr(R"("host":"shop.example")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("penstock_item":{)"));
  EXPECT_THAT(record.properties, Not(HasSubstr("MESSAGE")));
  EXPECT_EQ(record.id, only(R"({"ISODATE":"2026-11-25T10:44:26.123Z","UNIQID":"u-1"})").id);
}

TEST_F(LogRecordTest, LeavesAMessageThatIsAlmostAnObject) {
  for (const char* message : {R"({\"a\":1} k)", R"({\"a\":1,})", R"({a})", "{}}", "[1]"}) {
    const event::Record record = only(str_cat(R"({"message":")", message, R"("})"));
    EXPECT_THAT(record.properties, HasSubstr(str_cat(R"("message":")", message, "\"")));
  }
  const std::string deep = str_cat(R"({\"a\":)", std::string(63, '['), std::string(63, ']'), "}");
  EXPECT_THAT(only(str_cat(R"({"message":")", deep, R"("})")).properties, HasSubstr(deep));
  EXPECT_EQ(only(R"({"message":"{}"})").properties, "");
}

TEST_F(LogRecordTest, ReadsArraysAndLinesWhateverTheyAreCalled) {
  for (const char* body :
       {"[{\"n\":1},{\"n\":2}]", " [ {\"n\":1},\n {\"n\":2}]\n", "{\"n\":1}\n{\"n\":2}",
        "{\"n\":1}\r\n\r\n{\"n\":2}\r\n", "\n\n{\"n\":1}\n \n{\"n\":2}\n\n",
        "\xef\xbb\xbf{\"n\":1}\n{\"n\":2}\n"}) {
    const auto got = post(body);
    EXPECT_EQ(got.events.size(), 2u) << body;
    EXPECT_THAT(got.answer, EndsWith(R"({"accepted":2})"));
  }
  EXPECT_EQ(only("{\n  \"n\": 1,\n  \"m\": {\"a\": 2}\n}\n").properties, R"({"n":1,"m":{"a":2}})");
  for (const char* body : {"", "\n", " [] "}) {
    EXPECT_THAT(post(body).answer, EndsWith(R"({"accepted":0})")) << body;
  }
}

TEST_F(LogRecordTest, PassesOverLinesThatAreNoRecords) {
  const auto got = post("{\"n\":1}\n{\"n\":\n7\n{\"n\":2}\n{\"n\":3");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.outcome.rejected.size(), 3u);
  EXPECT_THAT(got.answer, HasSubstr(R"({"accepted":2,"rejected":3,"first":"record )"));
  EXPECT_EQ(post("{\"n\":\n{\"n\":1}\n").events.size(), 1u);
  const auto none = post("7\nx\n");
  EXPECT_EQ(none.outcome.status, 422);
  EXPECT_EQ(post("x\n").outcome.status, 400);
  EXPECT_THAT(post("x\ny\n").outcome.detail, HasSubstr("line 1"));
  EXPECT_EQ(post("[{\"n\":1},{\"n\":").outcome.status, 400);
}

TEST_F(LogRecordTest, JoinsAddresses) {
  EXPECT_EQ(to_url({"http", "h", "/a", ""}), "http://h/a");
  EXPECT_EQ(to_url({"", "h", "/a", "b=1"}), "https://h/a?b=1");
  EXPECT_EQ(to_url({"", "h", "/a", "?b=1"}), "https://h/a?b=1");
  EXPECT_EQ(to_url({"", "h", "/a?c", "b=1"}), "https://h/a?c");
  EXPECT_EQ(to_url({"", "", "/a", "-"}), "/a");
}

}  // namespace
}  // namespace penstock::adapter
