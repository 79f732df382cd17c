#include "import/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

std::unique_ptr<RowReader> made(std::string_view name, FormatOptions options = {}) {
  std::string problem;
  auto reader = format_named(name)->make(*format_named(name), options, problem);
  EXPECT_NE(reader, nullptr) << name << ": " << problem;
  return reader;
}

TEST(Formats, AllCanBeMade) {
  for (const Format& format : formats()) {
    made(format.name, {.format_string = "%h %t \"%r\" %>s"});
    EXPECT_FALSE(format.title.empty());
  }
  EXPECT_EQ(format_named("COMBINED"), format_named("combined"));
  EXPECT_EQ(format_named("else"), nullptr);
}

TEST(Formats, TellWhatTheyWant) {
  std::string problem;
  const Format& format = *format_named("access-log");
  EXPECT_EQ(format.make(format, {}, problem), nullptr);
  EXPECT_EQ(problem, "wants --format-string, such as nginx's log_format");
  EXPECT_EQ(format.make(format, {.format_string = "%h"}, problem), nullptr);
  EXPECT_EQ(problem, "its format string names no time");
}

TEST(Formats, ReadALineOfEach) {
  struct Case {
    const char* format;
    const char* line;
    const char* url;
    std::int64_t time_ms;
  };
  for (const Case& c : {
           Case{"combined",
                R"(192.0.2.7 - - [26/Nov/2026:12:43:04 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA")",
                "/a", 1'795'696'984'000},
           Case{"vcombined",
                R"(shop.example:443 192.0.2.7 - - [26/Nov/2026:12:43:04 +0000] "GET /a HTTP/1.1" )"
                R"(200 5 "-" "UA")",
                "https://shop.example/a", 1'795'696'984'000},
           Case{"awselb",
                R"(https 2026-11-26T12:43:04.629Z app/lb 192.0.2.7:2817 10.0.0.1:80 0.086 0.048 )"
                R"(0.037 200 200 0 57 "GET https://shop.example:443/a HTTP/1.1" "UA" X TLSv1.2)",
                "https://shop.example:443/a", 1'795'696'984'629},
           Case{"squid",
                "1795696984.629    100 192.0.2.7 TCP_MISS/200 572 GET http://a.example/ - x",
                "http://a.example/", 1'795'696'984'629},
           Case{"traefikclf",
                R"(192.0.2.7 - - [26/Nov/2026:12:43:04 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA" 1 )"
                R"("r@docker" "http://10.0.0.1:80" 12ms)",
                "/a", 1'795'696'984'000},
       }) {
    const auto reader = made(c.format);
    ReaderProbe probe(*reader);
    const event::Record record = probe.line(c.line);
    EXPECT_EQ(record.url, c.url) << c.format << ": " << probe.outcome.detail;
    EXPECT_EQ(record.occurred_at_ms, c.time_ms) << c.format;
    EXPECT_EQ(record.ip, "192.0.2.7") << c.format;
    EXPECT_EQ(record.source, c.format);
  }
}

}  // namespace
}  // namespace penstock::importing
