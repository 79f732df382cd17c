#include "import/access/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<RowReader> reader_of(std::string_view format, FormatOptions options = {}) {
  std::string problem;
  auto compiled = LogFormat::compile(format, problem);
  EXPECT_TRUE(compiled) << problem;
  return make_line_reader(std::move(*compiled), std::move(options), "combined");
}

constexpr std::string_view kCombined = R"(%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i")";

TEST(LineReader, MakesAPageOfARequestForOne) {
  const auto reader = reader_of(kCombined, {.host = "shop.example"});
  ReaderProbe probe(*reader);
  const event::Record record =
      probe.line(R"(192.0.2.7 - ann [26/Nov/2026:12:43:04 +0000] "GET /a?b=1 HTTP/1.1" 200 2326 )"
                 R"("https://r.example/" "Mozilla/5.0 \"X\"")");
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.name, "pageview");
  EXPECT_EQ(record.source, "combined");
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.url, "https://shop.example/a?b=1");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0 \"X\"");
  EXPECT_EQ(record.ip, "192.0.2.7");
  EXPECT_EQ(record.user_id, "ann");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'000);
  EXPECT_EQ(record.properties,
            R"({"method":"GET","status":200,"bytes":2326,"protocol":"HTTP/1.1"})");
}

TEST(LineReader, TellsPagesFromOtherRequests) {
  const auto reader = reader_of(kCombined);
  ReaderProbe probe(*reader);
  const auto kind = [&](std::string_view request, std::string_view status) {
    return std::string(probe
                           .line(str_cat("h - - [26/Nov/2026:12:43:04 +0000] \"", request, "\" ",
                                         status, " - \"-\" \"-\""))
                           .kind);
  };
  EXPECT_EQ(kind("GET /a HTTP/1.1", "200"), "page");
  EXPECT_EQ(kind("GET / HTTP/2.0", "304"), "page");
  EXPECT_EQ(kind("GET /a.html HTTP/1.1", "200"), "page");
  EXPECT_EQ(kind("GET /a.css?v=1 HTTP/1.1", "200"), "log");
  EXPECT_EQ(kind("GET /a HTTP/1.1", "404"), "log");
  EXPECT_EQ(kind("GET /a HTTP/1.1", "302"), "log");
  EXPECT_EQ(kind("POST /a HTTP/1.1", "200"), "log");
  EXPECT_EQ(kind(R"(\x16\x03\x01)", "400"), "log");
  EXPECT_THAT(probe.sink[7].properties, HasSubstr(R"("remote_host":"h")"));
  EXPECT_THAT(probe.sink[7].properties, HasSubstr(R"("request":"\\x16)"));
  EXPECT_EQ(probe.sink[7].name, "request");
  EXPECT_EQ(probe.sink[0].referrer, "");
  EXPECT_EQ(probe.sink[0].url, "/a");
}

TEST(LineReader, KeepsTheTimesZone) {
  const auto reader =
      reader_of("%h %^[%d:%t %^]", {.to_utc = [](std::int64_t ms) { return ms - 3'600'000; }});
  ReaderProbe probe(*reader);
  EXPECT_EQ(probe.line("192.0.2.7 - - [26/Nov/2026:13:43:04 +0100]").occurred_at_ms,
            1'795'696'984'000);
  EXPECT_EQ(probe.line("192.0.2.7 - - [26/Nov/2026:13:43:04 x]").occurred_at_ms, 1'795'696'984'000);
}

TEST(LineReader, TellsWhatIsWrong) {
  const auto reader = reader_of(kCombined);
  ReaderProbe probe(*reader);
  probe.line("nonsense");
  EXPECT_EQ(probe.outcome.status, 422);
  EXPECT_THAT(probe.outcome.detail, HasSubstr("is not of the format, from byte 0 on"));
  probe.line(R"(h - - [then] "GET /" 200 1 "-" "-")");
  EXPECT_THAT(probe.outcome.detail, HasSubstr("has no time that can be read"));
  probe.line("h - - [26/Nov/2026:12:43:04 +0000] \"GET /\xff\" 200 1 \"-\" \"-\"");
  EXPECT_EQ(probe.outcome.accepted, 1u);
  EXPECT_EQ(probe.sink.size(), 1u);
  EXPECT_EQ(probe.sink[0].url, "/\xef\xbf\xbd");
  EXPECT_THAT(std::string(probe.sink[0].properties), Not(HasSubstr("\xff")));
}

TEST(W3cReader, GoesByTheNamesInTheFile) {
  const auto reader = make_w3c_reader({}, "w3c");
  ReaderProbe probe(*reader);
  probe.line("#Version: 1.0");
  EXPECT_EQ(probe.outcome.detail, "");
  probe.line("2026-11-26 12:43:04 192.0.2.7");
  EXPECT_THAT(probe.outcome.detail, HasSubstr("#Fields:"));
  probe.line("#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)");
  const event::Record record =
      probe.line("2026-11-26 12:43:04 192.0.2.7 GET /a b=1 200 Mozilla/5.0+(X11)");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'000);
  EXPECT_EQ(record.url, "/a?b=1");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0 (X11)");
  const event::Record by_tabs =
      probe.line("2026-11-26\t12:43:04\t192.0.2.7\tGET\t/b\t-\t200\tMozilla/5.0%20(X11)");
  EXPECT_EQ(by_tabs.url, "/b");
  EXPECT_EQ(by_tabs.user_agent, "Mozilla/5.0 (X11)");
}

}  // namespace
}  // namespace penstock::importing
