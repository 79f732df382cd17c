#include "http/response_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using Verdict = ResponseParser::Verdict;

constexpr std::size_t kBodyBytesMax = 64;

// Fed in pieces of that many bytes, as far as it takes them.
Verdict feed_all(ResponseParser& parser, std::string_view wire, std::size_t piece_bytes) {
  parser.begin();
  Verdict verdict = Verdict::kMore;
  while (!wire.empty() && verdict == Verdict::kMore) {
    verdict = parser.feed(wire.substr(0, piece_bytes));
    wire.remove_prefix(std::min(piece_bytes, wire.size()));
  }
  return verdict;
}

TEST(ResponseParser, ReadsAnAnswerInAnyPieces) {
  constexpr std::string_view kWire =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlater";
  for (std::size_t piece = 1; piece <= kWire.size(); ++piece) {
    ResponseParser parser(kBodyBytesMax);
    ASSERT_EQ(feed_all(parser, kWire, piece), Verdict::kWhole) << piece;
    EXPECT_EQ(parser.status(), 503);
    EXPECT_EQ(parser.body(), "later");
    EXPECT_EQ(parser.retry_after_s(), 7);
    EXPECT_TRUE(parser.keeps_connection());
  }
}

TEST(ResponseParser, ReadsOneAnswerAfterTheOther) {
  ResponseParser parser(kBodyBytesMax);
  ASSERT_EQ(
      feed_all(parser, "HTTP/1.1 429 No\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\nno", 100),
      Verdict::kWhole);
  ASSERT_EQ(feed_all(parser, "HTTP/1.1 204 No Content\r\n\r\n", 100), Verdict::kWhole);
  EXPECT_EQ(parser.status(), 204);
  EXPECT_EQ(parser.body(), "");
  EXPECT_EQ(parser.retry_after_s(), 0);
}

TEST(ResponseParser, ReadsChunksAndWhatEndsWithTheConnection) {
  ResponseParser parser(kBodyBytesMax);
  ASSERT_EQ(feed_all(parser,
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                     4),
            Verdict::kWhole);
  EXPECT_EQ(parser.body(), "abcde");

  ASSERT_EQ(feed_all(parser, "HTTP/1.0 200 OK\r\n\r\nto the end", 4), Verdict::kMore);
  ASSERT_EQ(parser.finish(), Verdict::kWhole);
  EXPECT_EQ(parser.body(), "to the end");
  EXPECT_FALSE(parser.keeps_connection());
}

TEST(ResponseParser, PassesOverInterimAnswers) {
  ResponseParser parser(kBodyBytesMax);
  ASSERT_EQ(feed_all(parser,
                     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n"
                     "\r\n{}",
                     3),
            Verdict::kWhole);
  EXPECT_EQ(parser.status(), 202);
  EXPECT_EQ(parser.body(), "{}");
}

TEST(ResponseParser, KeepsNoConnectionThatIsSpoiltOrToBeClosed) {
  ResponseParser parser(kBodyBytesMax);
  ASSERT_EQ(feed_all(parser, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore", 100),
            Verdict::kWhole);
  EXPECT_FALSE(parser.keeps_connection());
  ASSERT_EQ(
      feed_all(parser, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 100),
      Verdict::kWhole);
  EXPECT_FALSE(parser.keeps_connection());
}

TEST(ResponseParser, RefusesWhatIsNoAnswerOrNeverEnds) {
  const std::string long_head = "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x');
  const std::string long_body =
      "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n" + std::string(65, 'x');
  for (const std::string& wire :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx"),
        long_head, long_body}) {
    ResponseParser parser(kBodyBytesMax);
    EXPECT_EQ(feed_all(parser, wire, 1'000), Verdict::kInvalid) << wire.substr(0, 30);
  }
}

TEST(ResponseParser, TellsAnAnswerThatWasCutOff) {
  ResponseParser parser(kBodyBytesMax);
  for (const char* wire : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlat"}) {
    ASSERT_EQ(feed_all(parser, wire, 100), Verdict::kMore) << wire;
    EXPECT_EQ(parser.finish(), Verdict::kInvalid) << wire;
  }
}

}  // namespace
}  // namespace penstock::http
