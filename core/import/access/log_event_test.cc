#include "import/access/log_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/access/json_reader.h"
#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;

TEST(LogEvent, JoinsWhatALogHoldsApart) {
  const auto reader = make_json_log_reader({.host = "shop.example"}, "json");
  ReaderProbe probe(*reader);
  const event::Record record = probe.line(
      R"({"msec":"1795696984.629","request":"GET /x HTTP/1.1","args":"q=1","scheme":"http",)"
      R"("status":"200","request_time":"0.0125","http_referer":"-"})");
  EXPECT_EQ(record.url, "http://shop.example/x?q=1");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_EQ(record.referrer, "");
  EXPECT_THAT(record.properties, HasSubstr(R"("duration_ms":12.500)"));
}

}  // namespace
}  // namespace penstock::importing
