// What is a request and what is none: a line each, at every split.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/parser_testing.h"

namespace penstock::http {
namespace {

using testing::HasSubstr;
using namespace std::string_view_literals;

struct Shape {
  std::string_view wire;
  int status;            // 0: not refused,
  std::size_t requests;  // and so many requests before the refusal, or in all.
};

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

}  // namespace
}  // namespace penstock::http
