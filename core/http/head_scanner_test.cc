#include "http/head_scanner.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/request_parser.h"

namespace penstock::http {
namespace {

using Verdict = HeadScanner::Verdict;

int status_of(std::string_view text, const ParserLimits& limits = {}) {
  HeadScanner scanner;
  scanner.begin_head();
  return scanner.scan(text, limits) == Verdict::kRefused ? scanner.refusal().status : 0;
}

TEST(HeadScanner, FindsTheEndAndTheTarget) {
  const std::string_view head = "POST /a?b HTTP/1.1\r\nHost: h\r\nX:\r\n\r\n";
  const std::string text = std::string(head) + "body\r\n\r\n";
  HeadScanner scanner;
  scanner.begin_head();

  EXPECT_EQ(scanner.scan(text, {}), Verdict::kWhole);
  EXPECT_EQ(scanner.bytes(), head.size());
  EXPECT_EQ(scanner.target_of(text), "/a?b");
}

TEST(HeadScanner, GoesOnWhereItStopped) {
  const std::string_view head = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  HeadScanner scanner;
  scanner.begin_head();

  for (std::size_t bytes = 0; bytes < head.size(); ++bytes) {
    ASSERT_EQ(scanner.scan(head.substr(0, bytes), {}), Verdict::kMore) << bytes;
  }
  EXPECT_EQ(scanner.scan(head, {}), Verdict::kWhole);
  EXPECT_EQ(scanner.bytes(), head.size());
  EXPECT_EQ(scanner.target_of(head), "/a");
}

// Those who speak another protocol wait for our word; they must not be left waiting for an end.
TEST(HeadScanner, RefusesOtherProtocolsByTheirFirstBytes) {
  EXPECT_EQ(status_of("\x16"), 400);
  EXPECT_EQ(status_of("GET /\r"), 505);
  EXPECT_EQ(status_of("PRI * HTTP/2.0\r"), 505);
  EXPECT_EQ(status_of("CONNECT h:443 HTTP/1.1\r\n"), 405);
  EXPECT_EQ(status_of("*3\r\n$3\r\nSET\r\n"), 400);
  EXPECT_EQ(status_of("SSH-2.0-OpenSSH_9.2\r\n"), 400);
}

TEST(HeadScanner, RefusesLinesThatEndOtherwise) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\rX"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n\rX"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n X"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n\tX"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n:"), 400);
}

TEST(HeadScanner, PassesEachLimitAtItsByte) {
  ParserLimits limits;
  limits.target_bytes_max = 4;
  EXPECT_EQ(status_of("GET /abc", limits), 0);
  EXPECT_EQ(status_of("GET /abcd", limits), 414);
  limits.headers_max = 1;
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b\r\n", limits), 0);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b\r\nC", limits), 431);
  limits.header_bytes_max = 19;
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b", limits), 0);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: bc", limits), 431);
}

TEST(HeadScanner, TargetAndHeadersTakeNoRoomFromOneAnother) {
  ParserLimits limits;
  limits.target_bytes_max = 100;
  limits.header_bytes_max = 40;
  const std::string target = "GET /" + std::string(99, 't') + " HTTP/1.1\r\n";  // 15 besides it.
  const std::string header = "A: " + std::string(18, 'h') + "\r\n";             // 23
  EXPECT_EQ(status_of(target + header + "\r\n", limits), 0);
  EXPECT_EQ(status_of(target + "A" + header + "\r\n", limits), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + header + "\r\n", limits), 0);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA" + header + "\r\n", limits), 431);
  EXPECT_EQ(status_of("GET /t" + std::string(99, 't') + " HTTP/1.1\r\n", limits), 414);
  limits.header_bytes_max = 10;  // Less than the request line has besides its target.
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n", limits), 431);
}

// A header that carries what else would stand in the target.
TEST(HeadScanner, CountsSomeHeadersAsTheTarget) {
  ParserLimits limits;
  limits.target_bytes_max = 100;
  limits.header_bytes_max = 40;
  limits.target_headers = "X-Of-";
  const std::string line = "GET /t HTTP/1.1\r\n";
  const std::string ordinary = "A: " + std::string(18, 'h') + "\r\n";
  const std::string large = "x-oF-a: " + std::string(38, 'a') + "\r\n";  // 48; 2 are the target.
  EXPECT_EQ(status_of(line + large + ordinary + large + "\r\n", limits), 0);
  EXPECT_EQ(status_of(line + "A" + ordinary + large + large + "\r\n", limits), 431);
  EXPECT_EQ(status_of(line + large + large + "X-Of-b", limits), 431);
  EXPECT_EQ(status_of(line + large + ordinary + "X-O", limits), 0);  // May be one.
  EXPECT_EQ(status_of(line + large + ordinary + "X-Op", limits), 431);
}

// However it is cut, and where a name's beginning stands at the limit.
TEST(HeadScanner, PassesLimitsAtTheSameByteAtEverySplit) {
  ParserLimits limits;
  limits.target_bytes_max = 30;
  limits.header_bytes_max = 30;
  limits.headers_max = 4;
  limits.target_headers = "X-Of-";
  const std::string_view names[] = {"A: bcd\r\n", "X-Of-a: b\r\n", "X-O: b\r\n", "X-Of-\n", "\r\n"};
  for (std::size_t code = 0; code < 5 * 5 * 5 * 5; ++code) {
    std::string text = "GET /t HTTP/1.1\r\n";
    for (std::size_t rest = code, line = 0; line < 4; ++line, rest /= 5) text += names[rest % 5];
    HeadScanner whole;
    const Verdict expected = whole.scan(text, limits);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      HeadScanner split;
      Verdict verdict = split.scan(std::string_view(text).substr(0, cut), limits);
      if (verdict == Verdict::kMore) verdict = split.scan(text, limits);
      ASSERT_EQ(verdict, expected) << text << cut;
      ASSERT_STREQ(split.refusal().reason, whole.refusal().reason) << text << cut;
    }
  }
}

TEST(HeadScanner, ReadsTrailersWithoutARequestLine) {
  HeadScanner scanner;
  scanner.begin_trailers();
  EXPECT_EQ(scanner.scan("\r\nGET", {}), Verdict::kWhole);
  EXPECT_EQ(scanner.bytes(), 2U);

  scanner.begin_trailers();
  EXPECT_EQ(scanner.scan("X: y\r\n", {}), Verdict::kMore);
  EXPECT_EQ(scanner.scan("X: y\r\n\r\nGET", {}), Verdict::kWhole);
  EXPECT_EQ(scanner.bytes(), 8U);

  scanner.begin_trailers();
  EXPECT_EQ(scanner.scan("X: y\r\n z\r\n\r\n", {}), Verdict::kRefused);
}

}  // namespace
}  // namespace penstock::http
