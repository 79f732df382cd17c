// The request parser's limits, and what its buffers hold.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "http/parser_testing.h"

namespace penstock::http {
namespace {

TEST(RequestParserLimits, HeadersAreCounted) {
  const auto with_headers = [](int count) {
    std::string wire = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 1; i < count; ++i) wire += str_cat("X-", i, ": a\r\n");
    return wire + "\r\n";
  };
  ParserLimits limits;
  limits.headers_max = 20;

  EXPECT_EQ(run_whole(with_headers(20), limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(with_headers(21), limits).status, 431);
  expect_same_at_every_split(with_headers(21), limits);
}

TEST(RequestParserLimits, HeadBytesAreCounted) {
  const auto of_bytes = [](std::size_t bytes) {
    std::string wire = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    wire.append(bytes - wire.size() - 4, 'x');
    return wire + "\r\n\r\n";
  };
  ParserLimits limits;
  limits.header_bytes_max = 300;

  // The target is one of them, and has a limit of its own.
  EXPECT_EQ(run_whole(of_bytes(301), limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(of_bytes(302), limits).status, 431);
  expect_same_at_every_split(of_bytes(301) + of_bytes(302), limits);
}

TEST(RequestParserLimits, TargetBytesAreCounted) {
  const auto of_bytes = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  ParserLimits limits;
  limits.target_bytes_max = 100;

  EXPECT_EQ(run_whole(of_bytes(100), limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(of_bytes(101), limits).status, 414);
  EXPECT_EQ(run_whole("GET /" + std::string(100, 'a'), limits).status, 414);
  expect_same_at_every_split(of_bytes(101), limits);

  limits.header_bytes_max = 50;  // Is the headers' alone.
  EXPECT_EQ(run_whole(of_bytes(100), limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(of_bytes(101), limits).status, 414);
  expect_same_at_every_split(of_bytes(100) + of_bytes(101), limits);
}

TEST(RequestParserLimits, AnAnnouncedBodyIsRefusedBeforeItComes) {
  ParserLimits limits;
  limits.body_bytes_max = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ";

  EXPECT_EQ(run_whole(head + "10\r\n\r\n0123456789", limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(head + "11\r\n\r\n", limits).status, 413);
  expect_same_at_every_split(head + "11\r\n\r\n01234567890", limits);
}

TEST(RequestParserLimits, AChunkedBodyIsRefusedAtTheByteThatPasses) {
  ParserLimits limits;
  limits.body_bytes_max = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

  EXPECT_EQ(run_whole(head + "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n", limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(head + "8\r\n01234567\r\n3\r\n89", limits).status, 0);
  EXPECT_EQ(run_whole(head + "8\r\n01234567\r\n3\r\n89a", limits).status, 413);
  expect_same_at_every_split(head + "8\r\n01234567\r\n3\r\n89a\r\n0\r\n\r\n", limits);
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(run_whole(get + "b\r\n01234567890", limits).status, 413);
}

TEST(RequestParserLimits, TrailersAreCounted) {
  ParserLimits limits;
  limits.header_bytes_max = 100;
  limits.headers_max = 3;
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";

  EXPECT_EQ(run_whole(head + "A: b\r\nC: d\r\nE: f\r\n\r\n", limits).requests.size(), 1U);
  EXPECT_EQ(run_whole(head + "A: b\r\nC: d\r\nE: f\r\nG: h\r\n\r\n", limits).status, 431);
  const std::string large = head + "A: " + std::string(100, 'b') + "\r\n\r\n";
  EXPECT_EQ(run_whole(large, limits).status, 431);
  expect_same_at_every_split(large, limits);
}

TEST(RequestParserLimits, ChunkExtensionsAreCounted) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

  EXPECT_EQ(run_whole(head + "1;" + std::string(4'000, 'a') + "\r\nx\r\n0\r\n\r\n").requests.size(),
            1U);
  EXPECT_EQ(run_whole(head + "1;" + std::string(5'000, 'a')).status, 413);
  std::string many = head;
  for (int i = 0; i < 1'000; ++i) many += "1;abcde=f\r\nx\r\n";
  EXPECT_EQ(run_whole(many).status, 413);
}

TEST(RequestParserLimits, MayShrinkWithinARequest) {
  ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  ASSERT_EQ(parser.feed("GET / HTTP/1.1\r\nHost: h\r\nX: 0123456789").seen, Seen::kNothing);

  limits.header_bytes_max = 20;

  EXPECT_EQ(parser.feed("0\r\n\r\n").seen, Seen::kRefused);
  EXPECT_EQ(parser.status(), 431);
}

TEST(RequestParser, TellsWhatUnfinishedRequestsHold) {
  BufferPool pool;
  EXPECT_EQ(pool.bytes_in_use(), 0u);
  const ParserLimits limits;
  RequestParser first(limits, pool);
  RequestParser second(limits, pool);
  const std::string half =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + std::string(100'000, 'x');
  first.feed(half);
  EXPECT_GE(pool.bytes_in_use(), 100'000u);
  second.feed(half);
  EXPECT_GE(pool.bytes_in_use(), 200'000u);

  first.abandon();
  EXPECT_EQ(first.feed("x").seen, Seen::kRefused);
  EXPECT_LT(pool.bytes_in_use(), 300'000u);
  EXPECT_EQ(second.feed(std::string(100'000, 'x')).seen, Seen::kRequest);
  second.reset();
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, FreesWhatWasNotNeededOfLate) {
  BufferPool pool;
  const ParserLimits limits;
  const auto use = [&](std::size_t parsers) {
    std::vector<std::unique_ptr<RequestParser>> at_once;
    for (std::size_t i = 0; i < parsers; ++i) {
      at_once.push_back(std::make_unique<RequestParser>(limits, pool));
      at_once.back()->feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\nx");
    }
  };
  use(10);
  pool.shrink();
  use(2);
  EXPECT_GE(pool.shrink(), 8 * 20'000u);
  use(2);
  EXPECT_EQ(pool.shrink(), 0u);
  EXPECT_GE(pool.shrink(), 2 * 20'000u);
  EXPECT_EQ(pool.shrink(), 0u);
}

}  // namespace
}  // namespace penstock::http
