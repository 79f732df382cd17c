#include "http/head_scanner.h"

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
  limits.header_bytes_max = 20;
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b", limits), 0);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: bc", limits), 431);
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
