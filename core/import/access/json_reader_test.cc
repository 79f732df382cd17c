#include "import/access/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(JsonLogReader, ReadsCaddys) {
  const auto reader = make_json_log_reader({}, "caddy");
  ReaderProbe probe(*reader);
  const event::Record record = probe.line(
      R"({"level":"info","ts":1795696984.629,"logger":"http.log.access","msg":"handled request",)"
      R"("request":{"remote_ip":"192.0.2.1","client_ip":"192.0.2.7","proto":"HTTP/2.0",)"
      R"("method":"GET","host":"shop.example","uri":"/a?b=1","headers":{"User-Agent":["UA/1"],)"
      R"("Referer":["https://r.example/"],"Cookie":["secret"]},"tls":{"version":772}},)"
      R"("bytes_read":0,"user_id":"","duration":0.25,"size":10,"status":200})");
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.url, "https://shop.example/a?b=1");
  EXPECT_EQ(record.user_agent, "UA/1");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_THAT(record.properties, HasSubstr(R"("duration_ms":250.000)"));
  EXPECT_THAT(record.properties, HasSubstr(R"("request.tls.version":772)"));
  EXPECT_THAT(record.properties, HasSubstr(R"("bytes_read":0)"));
  EXPECT_THAT(record.properties, Not(HasSubstr("secret")));
}

TEST(JsonLogReader, TellsWhatIsWrong) {
  const auto reader = make_json_log_reader({}, "json");
  ReaderProbe probe(*reader);
  for (const char* line : {"", "7", "[]", "{\"ts\":", "null"}) {
    probe.line(line);
    EXPECT_THAT(probe.outcome.detail, HasSubstr("is no JSON object")) << line;
  }
  probe.line("{}");
  EXPECT_THAT(probe.outcome.detail, HasSubstr("has no time"));
  EXPECT_EQ(probe.sink.size(), 0u);
}

}  // namespace
}  // namespace penstock::importing
