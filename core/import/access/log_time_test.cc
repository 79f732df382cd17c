#include "import/access/log_time.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::importing {
namespace {

std::string time_of(std::string_view text) {
  const auto time = parse_log_time(text);
  if (!time) return "none";
  std::string out;
  append_rfc3339(out, time->ms);
  return out + (time->has_zone ? "" : " local");
}

TEST(LogTime, ReadsWhatServersWrite) {
  EXPECT_EQ(time_of("10/Oct/2026:13:55:36 -0700"), "2026-10-10T20:55:36.000Z");
  EXPECT_EQ(time_of("10/Oct/2026:13:55:36.25 +00:00"), "2026-10-10T13:55:36.250Z");
  EXPECT_EQ(time_of("10/Oct/2026:13:55:36"), "2026-10-10T13:55:36.000Z local");
  EXPECT_EQ(time_of("10/Oct/2026 13:55:36"), "2026-10-10T13:55:36.000Z local");
  EXPECT_EQ(time_of("29/Feb/2024"), "2024-02-29T00:00:00.000Z local");
  EXPECT_EQ(time_of("2026-11-27T10:00:00+01:00"), "2026-11-27T09:00:00.000Z");
  EXPECT_EQ(time_of("2026-11-27T10:00:00.5Z"), "2026-11-27T10:00:00.500Z");
  EXPECT_EQ(time_of("2026-11-27 10:00:00,123"), "2026-11-27T10:00:00.123Z local");
  EXPECT_EQ(time_of("2026/11/27 10:00:00"), "2026-11-27T10:00:00.000Z local");
  EXPECT_EQ(time_of("2026-11-27 10:00:00+00"), "2026-11-27T10:00:00.000Z");
  EXPECT_EQ(time_of("2026-11-27"), "2026-11-27T00:00:00.000Z local");
  EXPECT_EQ(time_of("1795696984.629"), "2026-11-26T12:43:04.629Z");
  EXPECT_EQ(time_of("1795696984"), "2026-11-26T12:43:04.000Z");
}

TEST(LogTime, RefusesWhatIsNone) {
  for (const char* text : {"", "-", "10/Okt/2026:13:55:36 -0700", "31/Feb/2026",
                           "10/Oct/2026:25:00:00", "10/Oct/2026:13:55:36 0700", "10/Oct/2026x",
                           "2026-13-01", "soon", "10/anF/2026", "2026-11-27T10"}) {
    EXPECT_EQ(time_of(text), "none") << text;
  }
}

}  // namespace
}  // namespace penstock::importing
