#include "adapter/drain/syslog_ng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;

TEST(SyslogNg, ReadsItsRecords) {
  ProtocolProbe probe(kSyslogNgProtocol);
  const auto got = probe.post(
      "/drain/syslog-ng",
      R"({"PROGRAM":"shop","PRIORITY":"info","PID":"4242","MSGID":"ID47","MESSAGE":"GET /cart",)"
      R"("ISODATE":"2026-11-25T10:44:29.123+00:00","HOST":"web-1","FACILITY":"local0"})");
  ASSERT_EQ(got.events.size(), 1u);
  const event::Record& record = got.events[0];
  EXPECT_EQ(record.source, "syslog_ng");
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "shop");
  EXPECT_EQ(record.occurred_at_ms, 1'795'603'469'123);
  for (const char* kept : {R"("MESSAGE":"GET /cart")", R"("HOST":"web-1")", R"("PID":"4242")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
}

TEST(SyslogNg, KnowsALineThatIsSentAgain) {
  ProtocolProbe probe(kSyslogNgProtocol);
  const char* line = R"({"UNIQID":"a@1","ISODATE":"2026-11-25T10:44:29+00:00","MESSAGE":"m"})";
  const auto first = probe.post("/drain/syslog-ng", line);
  const auto again = probe.post("/drain/syslog-ng", line);
  ASSERT_EQ(first.events.size(), 1u);
  ASSERT_EQ(again.events.size(), 1u);
  EXPECT_EQ(first.events[0].id, again.events[0].id);
  EXPECT_THAT(first.events[0].properties, HasSubstr(R"("UNIQID":"a@1")"));
}

}  // namespace
}  // namespace penstock::adapter
