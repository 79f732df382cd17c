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

TEST(Log, ShowsTheIdOfAWarning) {
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    start_log("test", LogLevel::kInfo, format);
    ::testing::internal::CaptureStderr();
    log_warn("redis.refuses", "spooling", {{"id", "x"}});
    const std::string line = ::testing::internal::GetCapturedStderr();
    const char* wanted =
        format == LogFormat::kText
            ? "warning test redis: spooling id=x id=redis.refuses\n"
            : R"("part":"redis","text":"spooling","id":"redis.refuses","id_2":"x"})";
    EXPECT_NE(line.find(wanted), std::string::npos) << line;
  }
}

TEST(Log, WritesTheSameAsJson) {
  const std::string line = logged(LogFormat::kJson, LogLevel::kInfo);
  EXPECT_NE(line.find(R"("part":"redis","text":"connection lost","backoff_ms":200,)"
                      R"("error":"timed \"out\"\n"})"),
            std::string::npos)
      << line;
}

std::string logged_with(LogFormat format, std::string_view text, LogFields fields) {
  start_log("test", LogLevel::kInfo, format);
  ::testing::internal::CaptureStderr();
  log_info("part", text, fields);
  return ::testing::internal::GetCapturedStderr();
}

// Whoever reads the log in a terminal obeys no stranger.
TEST(Log, EscapesWhatATerminalObeys) {
  const std::string line =
      logged_with(LogFormat::kText, "text \x1b[2J \u202e",
                  {{"a", "\x1b]0;x\x07"}, {"b", "\u009b31m"}, {"c", "\u202e"}, {"d", "\xff"}});
  EXPECT_NE(line.find("text \\u001b[2J \\u202e a=\"\\u001b]0;x\\u0007\" b=\"\\u009b31m\" "
                      "c=\"\\u202e\" d=\"\xef\xbf\xbd\"\n"),
            std::string::npos)
      << line;
  EXPECT_NE(logged_with(LogFormat::kText, "t", {{"a", "\u00fc"}}).find("a=\u00fc\n"),
            std::string::npos);
}

TEST(Log, IsValidJsonWhateverIsLogged) {
  const std::string line = logged_with(LogFormat::kJson, "t\xff", {{"a", "\xc3(\x1b"}});
  EXPECT_NE(line.find("\"text\":\"t\xef\xbf\xbd\",\"a\":\"\xef\xbf\xbd(\\u001b\"}"),
            std::string::npos)
      << line;
}

TEST(Log, HasNoMemberOfJsonTwice) {
  const std::string line = logged_with(LogFormat::kJson, "t",
                                       {{"level", 1}, {"path", "a"}, {"path", "b"}, {"text", "c"}});
  EXPECT_NE(line.find(R"("text":"t","level_2":1,"path":"a","path_2":"b","text_2":"c"})"),
            std::string::npos)
      << line;
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(logged(LogFormat::kText, LogLevel::kWarn), "");
}

}  // namespace
}  // namespace penstock
