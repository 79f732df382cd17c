#include "http/request_parser.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "http/parser_run.h"

namespace penstock::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

ParserRun run_whole(std::string_view wire, const ParserLimits& limits = {}) {
  BufferPool pool;
  return run_parser(wire, limits, pool, [] { return kAll; });
}

ParserRun run_split(std::string_view wire, const ParserLimits& limits, std::size_t first) {
  BufferPool pool;
  bool is_first = true;
  return run_parser(wire, limits, pool, [&] {
    const std::size_t bytes = is_first ? first : kAll;
    is_first = false;
    return bytes;
  });
}

// What a peer sent must mean the same however the network cut it.
void expect_same_at_every_split(std::string_view wire, const ParserLimits& limits = {}) {
  const ParserRun whole = run_whole(wire, limits);
  for (std::size_t at = 1; at < wire.size(); ++at) {
    const ParserRun split = run_split(wire, limits, at);
    ASSERT_EQ(split.requests, whole.requests) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.status, whole.status) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.reason, whole.reason) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.continues, whole.continues) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.is_idle, whole.is_idle) << "split at " << at << " of\n" << wire;
  }
  BufferPool pool;
  const ParserRun bytewise = run_parser(wire, limits, pool, [] { return std::size_t{1}; });
  EXPECT_EQ(bytewise, whole) << wire;
}

using namespace std::string_view_literals;

struct Shape {
  std::string_view wire;
  int status;            // 0: not refused,
  std::size_t requests;  // and so many requests before the refusal, or in all.
};

constexpr std::string_view kNext = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

// Where a shape is accepted, the request behind it shows that its end was seen in the right place.
const Shape kAccepted[] = {
    {"GET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.1\r\nhOsT: h:80\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.0\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.0\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"HEAD /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"OPTIONS /v1/events HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"PROPFIND / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"GET HTTPS://h HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"GET http://h?q=1 HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\t 5 \r\n\r\nhello"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 05\r\n\r\nhello"sv, 0, 1},
    {"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
     "Content-Length: 2\r\n\r\nhi"sv,
     0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"sv,
     0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked \r\n\r\n0\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "a;x;z=y\r\n0123456789\r\n000\r\n\r\n"sv,
     0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "2\r\nhi\r\n0\r\nX-Sum: 1\r\nContent-Length: 99\r\nHost: evil\r\n\r\n"sv,
     0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: \xc3\xa9\r\n\r\n"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nX:\r\nY:  \r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi"sv, 0, 1},
    {"GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\nhi"sv, 0, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
     "0\r\n\r\n"sv,
     0, 1},
};

const Shape kRefused[] = {
    // Other protocols and versions.
    {"GET /\r\n"sv, 505, 0},
    {"GET / HTTP/0.9\r\n\r\n"sv, 505, 0},
    {"GET / HTTP/1.2\r\nHost: h\r\n\r\n"sv, 505, 0},
    {"GET / HTTP/2.0\r\nHost: h\r\n\r\n"sv, 505, 0},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, 505, 0},
    {"GET / http/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.10\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET / ICE/1.0\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"SOURCE / ICE/1.0\r\n\r\n"sv, 400, 0},
    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"sv, 400, 0},
    {"\x80\x2e\x01\x00"sv, 400, 0},
    {"PRI / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"DESCRIBE / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    // The request line.
    {"\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"\rGET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {" GET / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET /  HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1 \r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\rHost: h\r\n\r\n"sv, 400, 0},
    {"GET /\x7f HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET\r\n\r\n"sv, 400, 0},
    {"GET \r\n\r\n"sv, 400, 0},
    {"get / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 501, 0},
    {"FROB / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 501, 0},
    {"AMETHODLONGERTHANANYTHATISKNOWN / HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"sv, 405, 0},
    {"CONNECT h:443 HTTP/1.1\r\n"sv, 405, 0},
    {"GET * HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET a/b HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET ftp://h/a HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET http://u@h/a HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    {"GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    // Host.
    {"GET / HTTP/1.1\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"sv, 400, 0},
    // Lines and names.
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\n Host: h\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX(y): a\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\nHost: h\n\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\nrest"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX\0: a\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\r\n\r\n"sv, 400, 0},
    // CVE-2023-30589 and CVE-2025-23167.
    {"GET / HTTP/1.1\r\nHost: h\r\nX: \rxTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\n\rX"sv, 400, 0},
    {"GET / HTTP/1.1\r\nHost: h\r\n\r\rGET /evil HTTP/1.1\r\nHost: h\r\n\r\n"sv, 400, 0},
    // Content-Length.
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5 5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5.0\r\n\r\nhello"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello"sv, 400, 0},
    // Transfer-Encoding.
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"sv, 501, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
     "\r\n"sv,
     501, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity, chunked\r\n\r\n"sv, 501, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunkedx\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked;q=1\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked,\r\n\r\n0\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \x0b"
     "chunked\r\n\r\n"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 400, 0},
    // Chunks and trailers.
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhel"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n"sv, 400,
     0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\nY: b\r\n\r\n"sv,
     400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n: a\r\n\r\n"sv, 400, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX y\r\n\r\n"sv, 400, 0},
    // Expectations, and what follows a good request.
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 200-ok\r\n\r\n"sv, 417, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect:\r\n\r\n"sv, 417, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\nExpect: 100-continue\r\n\r\n"sv, 417, 0},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n"sv, 413,
     0},
    {"GET / HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\r\n\r\n"sv, 400, 1},
    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi, there\r\n"sv, 400, 1},
};

TEST(RequestParser, AcceptsWhatIsSoundAtEverySplit) {
  for (const Shape& shape : kAccepted) {
    std::string wire(shape.wire);
    wire += kNext;
    const ParserRun run = run_whole(wire);
    EXPECT_EQ(run.status, 0) << run.reason << "\n" << wire;
    EXPECT_EQ(run.requests.size(), 2U) << wire;
    if (run.requests.size() != 2) continue;
    EXPECT_THAT(run.requests[1], HasSubstr("path=/next ")) << wire;
    EXPECT_TRUE(run.is_idle);
    expect_same_at_every_split(wire);
  }
}

TEST(RequestParser, RefusesWhatIsNotAtEverySplit) {
  for (const Shape& shape : kRefused) {
    const ParserRun run = run_whole(shape.wire);
    EXPECT_EQ(run.status, shape.status) << run.reason << "\n" << shape.wire;
    EXPECT_EQ(run.requests.size(), shape.requests) << shape.wire;
    EXPECT_FALSE(run.reason.empty());
    expect_same_at_every_split(shape.wire);
  }
}

TEST(RequestParser, WaitsForWhatIsNotWhole) {
  const std::string_view wire = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";

  for (std::size_t bytes = 0; bytes < wire.size(); ++bytes) {
    const ParserRun run = run_whole(wire.substr(0, bytes));
    EXPECT_EQ(run.status, 0);
    EXPECT_TRUE(run.requests.empty());
    EXPECT_EQ(run.is_idle, bytes == 0);
  }
}

TEST(RequestParser, GivesEveryPartOfARequest) {
  const ParserRun run = run_whole(
      "POST /v1/events?partial=1&x=%20 HTTP/1.1\r\nHost: h\r\nX-One: \t a b \t\r\nEmpty:\r\n"
      "content-length: 3\r\n\r\nabc");

  EXPECT_THAT(run.requests,
              ElementsAre("POST /v1/events?partial=1&x=%20 path=/v1/events "
                          "query=partial=1&x=%20 1.1 keep\nHost=h;\nX-One=a b;\nEmpty=;\n"
                          "content-length=3;\nbody=abc"));
}

TEST(RequestParser, TakesPathAndQueryFromAnAbsoluteTarget) {
  EXPECT_THAT(run_whole("GET http://h:80/a/b?c=d HTTP/1.1\r\nHost: h\r\n\r\n").requests,
              ElementsAre(HasSubstr("path=/a/b query=c=d ")));
  EXPECT_THAT(run_whole("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").requests,
              ElementsAre(HasSubstr("path=/ query= ")));
  EXPECT_THAT(run_whole("GET http://h?c HTTP/1.1\r\nHost: h\r\n\r\n").requests,
              ElementsAre(HasSubstr("path=/ query=c ")));
}

// RFC 9112, 3.2.2: else a Host check could be passed by one name and the request meant for another.
TEST(RequestParser, TakesHostFromAnAbsoluteTarget) {
  EXPECT_THAT(run_whole("GET http://real:80/a HTTP/1.1\r\nHost: other\r\n\r\n").requests,
              ElementsAre(HasSubstr("\nHost=real:80;")));
}

TEST(RequestParser, KnowsWhetherTheConnectionIsKept) {
  const auto is_kept = [](std::string_view version, std::string_view connection) {
    std::string wire = str_cat("GET / HTTP/", version, "\r\nHost: h\r\n");
    if (!connection.empty()) wire += str_cat("Connection: ", connection, "\r\n");
    const ParserRun run = run_whole(wire + "\r\n");
    EXPECT_EQ(run.requests.size(), 1U) << run.reason;
    return !run.requests.empty() && run.requests[0].find(" keep\n") != std::string::npos;
  };

  EXPECT_TRUE(is_kept("1.1", ""));
  EXPECT_TRUE(is_kept("1.1", "keep-alive"));
  EXPECT_TRUE(is_kept("1.1", "closed"));
  EXPECT_FALSE(is_kept("1.1", "close"));
  EXPECT_FALSE(is_kept("1.1", "Foo, Close"));
  EXPECT_FALSE(is_kept("1.1", "close, keep-alive"));
  EXPECT_FALSE(is_kept("1.0", ""));
  EXPECT_TRUE(is_kept("1.0", "Keep-Alive"));
  EXPECT_FALSE(is_kept("1.0", "close, keep-alive"));
}

TEST(RequestParser, SplitsAPipelineOfThree) {
  const std::string wire =
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\nT: "
      "x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n";

  const ParserRun run = run_whole(wire);

  EXPECT_THAT(run.requests,
              ElementsAre(HasSubstr("body=one"), HasSubstr("body=two"), HasSubstr("path=/3 ")));
  EXPECT_THAT(run.requests[1], testing::Not(HasSubstr("T=x")));
  expect_same_at_every_split(wire);
}

TEST(RequestParser, StopsBehindARequest) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  const std::string_view first = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";
  const std::string wire = std::string(first) + std::string(kNext);

  const Step step = parser.feed(wire);

  EXPECT_EQ(step.seen, Seen::kRequest);
  EXPECT_EQ(step.consumed, first.size());
  EXPECT_EQ(parser.request().body, "hi");
}

TEST(RequestParser, AsksForContinueBeforeTheBody) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";

  const Step step = parser.feed(head);
  EXPECT_EQ(step.seen, Seen::kHeaders);
  EXPECT_EQ(step.consumed, head.size());
  EXPECT_TRUE(parser.is_in_body());

  EXPECT_EQ(parser.feed("h").seen, Seen::kNothing);
  EXPECT_EQ(parser.feed("i").seen, Seen::kRequest);
  EXPECT_EQ(parser.request().body, "hi");
}

TEST(RequestParser, KnowsWhereInARequestItIs) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);

  EXPECT_EQ(parser.feed("\r\n").seen, Seen::kNothing);
  EXPECT_TRUE(parser.is_idle());
  EXPECT_EQ(parser.feed("P").seen, Seen::kNothing);
  EXPECT_FALSE(parser.is_idle());
  EXPECT_FALSE(parser.is_in_body());
  EXPECT_EQ(parser.feed("OST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n").seen,
            Seen::kNothing);
  EXPECT_TRUE(parser.is_in_body());
  EXPECT_EQ(parser.feed("hi").seen, Seen::kRequest);
  EXPECT_FALSE(parser.is_in_body());
  parser.reset();
  EXPECT_TRUE(parser.is_idle());
}

TEST(RequestParser, KeepsPaddingBehindTheBody) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  std::string wire = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200\r\n\r\n";
  wire.append(200, 'x');

  ASSERT_EQ(parser.feed(wire).seen, Seen::kRequest);

  // A sanitizer watches these reads.
  const std::string_view body = parser.request().body;
  volatile char sink = 0;
  for (std::size_t i = 0; i < kReadablePadding; ++i) sink = body.data()[body.size() + i];
  EXPECT_EQ(body.size(), 200U);
  (void)sink;
}

TEST(RequestParser, IgnoresTheBodyOfAGet) {
  const ParserRun run =
      run_whole("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + std::string(kNext));

  EXPECT_EQ(run.requests.size(), 2U);
  EXPECT_THAT(run.requests[0], testing::EndsWith("\nbody="));
}

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

TEST(RequestParser, StaysRefused) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  ASSERT_EQ(parser.feed("nonsense\r\n").seen, Seen::kRefused);

  EXPECT_EQ(parser.feed(kNext).seen, Seen::kRefused);
  EXPECT_EQ(parser.status(), 400);
  EXPECT_FALSE(parser.is_idle());
}

TEST(RequestParser, LeavesNothingOfAnEarlierRequestBehind) {
  const ParserLimits limits;
  BufferPool pool;
  const std::string long_one =
      "POST /long?query HTTP/1.0\r\nHost: h\r\nX: y\r\nContent-Length: 4\r\n\r\nbody";
  RequestParser parser(limits, pool);
  ASSERT_EQ(parser.feed(long_one).seen, Seen::kRequest);
  parser.reset();

  ASSERT_EQ(parser.feed(kNext).seen, Seen::kRequest);

  EXPECT_EQ(describe(parser.request()), "GET /next path=/next query= 1.1 keep\nHost=h;\nbody=");
}

TEST(RequestParserDeathTest, WantsAResetBetweenRequests) {
  const ParserLimits limits;
  BufferPool pool;
  RequestParser parser(limits, pool);
  EXPECT_DEATH(parser.reset(), "check failed");
  EXPECT_DEATH(parser.request(), "check failed");

  ASSERT_EQ(parser.feed(kNext).seen, Seen::kRequest);
  EXPECT_DEATH(parser.feed(kNext), "check failed");
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
