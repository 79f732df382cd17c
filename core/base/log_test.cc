#include "base/log.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string logged(LogFormat format, LogLevel level) {
  start_log("test", level, format);
  ::testing::internal::CaptureStderr();
  log_info("redis", "connection lost", {{"backoff_ms", 200}, {"error", "timed \"out\"\n"}});
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneLineOfKeysAndValues) {
  const std::string line = logged(LogFormat::kText, LogLevel::kInfo);
  EXPECT_NE(
      line.find(R"(info test redis: connection lost backoff_ms=200 error="timed \"out\"\u000a")"),
      std::string::npos)
      << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);  // A value cannot forge a line.
}

TEST(Log, WritesTheSameAsJson) {
  const std::string line = logged(LogFormat::kJson, LogLevel::kInfo);
  EXPECT_NE(line.find(R"("part":"redis","text":"connection lost","backoff_ms":200,)"
                      R"("error":"timed \"out\"\u000a"})"),
            std::string::npos)
      << line;
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged(LogFormat::kText, LogLevel::kWarn), "");
}

}  // namespace
}  // namespace penstock
