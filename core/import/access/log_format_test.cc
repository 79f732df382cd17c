#include "import/access/log_format.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::importing {
namespace {

constexpr std::string_view kLine =
    R"(192.0.2.7 - ann [10/Oct/2026:13:55:36 -0700] "GET /a?b=\"c HTTP/1.1" 200 2326 )"
    R"("https://r.example/" "Mozilla/5.0 (X11) \x22q\x22")";

// "address|user|time|request|status|bytes|referrer|agent", and the others.
std::string matched(std::string_view format, std::string_view line) {
  std::string problem;
  const auto compiled = LogFormat::compile(format, problem);
  if (!compiled) return problem;
  LogFields fields;
  std::size_t where = 0;
  if (!compiled->match(line, fields, where)) return str_cat("breaks at ", where);
  std::string out;
  for (const LogField field :
       {LogField::kAddress, LogField::kUser, LogField::kTime, LogField::kRequest, LogField::kStatus,
        LogField::kBytes, LogField::kReferrer, LogField::kUserAgent}) {
    out += str_cat(out.empty() ? "" : "|", fields[field]);
  }
  for (const auto& other : fields.others) out += str_cat("|", other.name, "=", other.text);
  return out;
}

constexpr std::string_view kFound =
    R"(192.0.2.7|ann|10/Oct/2026:13:55:36 -0700|GET /a?b=\"c HTTP/1.1|200|2326|)"
    R"(https://r.example/|Mozilla/5.0 (X11) \x22q\x22)";

TEST(LogFormat, KnowsThreeSpellings) {
  EXPECT_EQ(matched(R"($remote_addr - $remote_user [$time_local] "$request" $status )"
                    R"($body_bytes_sent "$http_referer" "$http_user_agent")",
                    kLine),
            kFound);
  EXPECT_EQ(matched(R"(%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\")", kLine),
            kFound);
  EXPECT_EQ(matched(R"(%h %^ %e [%x] "%r" %s %b "%R" "%u")", kLine), kFound);
}

TEST(LogFormat, ReadsAWholeDirective) {
  EXPECT_EQ(matched("log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
                    "  '$status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"';",
                    kLine),
            kFound);
}

TEST(LogFormat, KeepsOthersByTheirNames) {
  EXPECT_EQ(matched("$msec ${remote_addr} $upstream_addr $request_time", "1.5 192.0.2.7 - 0.2"),
            "192.0.2.7||1.5|||||");
  EXPECT_EQ(matched("$msec ${remote_addr} $upstream_addr", "1.5 192.0.2.7 up:80"),
            "192.0.2.7||1.5||||||upstream_addr=up:80");
  EXPECT_EQ(matched("%h %t", "192.0.2.7 [10/Oct/2026:13:55:36 -0700]"),
            "192.0.2.7||10/Oct/2026:13:55:36 -0700|||||");
  EXPECT_EQ(matched("%h %t %{X-Id}i", "192.0.2.7 [10/Oct/2026:13:55:36 -0700] 7"),
            "192.0.2.7||10/Oct/2026:13:55:36 -0700||||||X-Id=7");
}

TEST(LogFormat, TellsTheZoneThatGoAccessPassesOver) {
  std::string problem;
  const auto format = LogFormat::compile("%h %^[%d:%t %^] \"%r\"", problem);
  ASSERT_TRUE(format) << problem;
  LogFields fields;
  std::size_t where = 0;
  ASSERT_TRUE(
      format->match("192.0.2.7 - - [10/Oct/2026:13:55:36 -0700] \"GET /\" 1", fields, where));
  EXPECT_EQ(fields[LogField::kDate], "10/Oct/2026");
  EXPECT_EQ(fields[LogField::kClock], "13:55:36");
  EXPECT_EQ(fields[LogField::kZone], "-0700");
}

TEST(LogFormat, TellsWhatDoesNotFit) {
  EXPECT_EQ(matched("%h [%x] \"%r\"", "192.0.2.7 x"), "breaks at 0");
  EXPECT_EQ(matched("%h [%x] \"%r\"", "192.0.2.7 [1] \"GET"), "breaks at 15");
  EXPECT_EQ(matched("no field", ""), "names no field");
  EXPECT_EQ(matched("%h", ""), "names no time");
  EXPECT_EQ(matched("%x%h", ""), "has nothing between the field 1 and the next one");
  EXPECT_EQ(matched("$time_local $", ""), "has a $ without a name at byte 12");
  EXPECT_EQ(matched("%{a", ""), "has a { without its } at byte 1");
}

TEST(LogFormat, ReadsNamesOfALog) {
  const LogFormat format = LogFormat::of_names("date time c-ip cs-uri-stem", ' ');
  LogFields fields;
  std::size_t where = 0;
  ASSERT_TRUE(format.match("2026-11-27 10:00:00 192.0.2.7 /a", fields, where));
  EXPECT_EQ(fields[LogField::kDate], "2026-11-27");
  EXPECT_EQ(fields[LogField::kUri], "/a");
  EXPECT_FALSE(format.match("2026-11-27 10:00:00", fields, where));
}

}  // namespace
}  // namespace penstock::importing
