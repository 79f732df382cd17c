#include "http/plain_head.h"

#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "http/char_set.h"
#include "http/parser_run.h"
#include "http/request_parser.h"

namespace penstock::http {
namespace {

using std::string_view_literals::operator""sv;

std::string with_line(std::string_view line) {
  return str_cat("POST /v1/events?a=%20 HTTP/1.1\r\nHost: a.example:80\r\n", line,
                 "Content-Length: 2\r\n\r\n");
}

bool is_plain(std::string_view head, const ParserLimits& limits = {}) {
  Request request;
  std::vector<Header> headers;
  return read_plain_head(head, limits, request, headers).has_value();
}

// Read by us in one piece, and by llhttp byte by byte.
void expect_same_both_ways(std::string_view head) {
  const std::string wire = str_cat(head, "{}GET / HTTP/1.1\r\nHost: b\r\n\r\n");
  BufferPool pool;
  const auto run = [&](std::size_t piece_bytes) {
    return run_parser(wire, {}, pool, [piece_bytes] { return piece_bytes; });
  };
  const ParserRun whole = run(wire.size());
  const ParserRun bytewise = run(1);
  EXPECT_EQ(whole.requests, bytewise.requests) << head;
  EXPECT_EQ(whole.reason, bytewise.reason) << head;
  EXPECT_EQ(whole, bytewise) << head;
}

// Wherever it stands among sixteen bytes that are looked at together.
TEST(PlainHead, EveryByteIsLookedAtWhereverItStands) {
  const auto accepted = [](std::string_view before, std::string_view behind, char c) {
    std::size_t places = 0;
    for (std::size_t place = 0; place < 40; ++place) {
      std::string part(40, 'a');
      part[place] = c;
      places += is_plain(str_cat(before, part, behind, "\r\nHost: a\r\n\r\n{}")) ? 1u : 0u;
    }
    return places;
  };
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_of_target = c > ' ' && c < '\x7f' && !std::strchr("\"#<>[\\]^`{|}", c);
    EXPECT_EQ(accepted("GET /", " HTTP/1.1", c), is_of_target ? 40u : 0u) << byte;
    const bool is_of_name = c > ' ' && c < '\x7f' && !std::strchr("\"(),/:;<=>?@[\\]{}", c);
    // A colon ends a name, and is no part of it; before one there is no name.
    const std::size_t names = is_of_name ? 40u : c == ':' ? 39u : 0u;
    EXPECT_EQ(accepted("GET / HTTP/1.1\r\n", ": v", c), names) << byte;
    EXPECT_EQ(accepted("GET / HTTP/1.1\r\nX: v", "", c), is_control(c) ? 0u : 40u) << byte;
  }
}

TEST(PlainHead, IsReadInOnePass) {
  const std::string text =
      with_line("User-Agent:  Mozilla/5.0 (\xC3\xA9)  \r\nX-Empty:\r\n") + "{}";
  Request request;
  std::vector<Header> headers;
  const auto plain = read_plain_head(text, {}, request, headers);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->bytes, text.size() - 2);
  EXPECT_EQ(plain->body_bytes, 2u);
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path, "/v1/events");
  EXPECT_EQ(request.query, "a=%20");
  EXPECT_TRUE(request.keep_alive);
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[1].name, "User-Agent");
  EXPECT_EQ(headers[1].value, "Mozilla/5.0 (\xC3\xA9)");
  EXPECT_EQ(headers[2].value, "");
}

TEST(PlainHead, UsualHeadsArePlain) {
  for (const std::string_view line :
       {"", "Connection: keep-alive\r\n", "connection: CLOSE\r\n", "Origin: https://a.example\r\n",
        "Cookie: a=b; c=d\r\n", "X: \x80\xFF\r\n", "Accept-Encoding: gzip, deflate, br\r\n"}) {
    const std::string head = with_line(line);
    EXPECT_TRUE(is_plain(head)) << line;
    expect_same_both_ways(head);
  }
  EXPECT_TRUE(is_plain("GET /p.js HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(is_plain("OPTIONS /v1/events HTTP/1.1\r\nhost:\r\n\r\n"));
}

TEST(PlainHead, AnyDoubtIsLeftToThoseWhoDecide) {
  const std::initializer_list<std::string_view> doubtful_lines = {
      "Transfer-Encoding: chunked\r\n",
      "transfer-encoding: identity\r\n",
      "Expect: x\r\n",
      "Upgrade: h2c\r\n",
      "Connection: upgrade\r\n",
      "Connection: keep-alive, close\r\n",
      "Proxy-Connection: close\r\n",
      "Content-Length: 2\r\n",
      "Content-Length: 3\r\n",
      "Host: b\r\n",
      " folded\r\n",
      "\tfolded\r\n",
      ": no name\r\n",
      "Name : x\r\n",
      "Name\r\n",
      "X: a\nY: b\r\n",
      "X: a\rY: b\r\n",
      "X: \x01\r\n",
      "X: \x7F\r\n",
      "X: a\tb\r\n",
      "X: \0\r\n"sv};
  for (const std::string_view line : doubtful_lines) {
    const std::string head = with_line(line);
    EXPECT_FALSE(is_plain(head)) << line;
    expect_same_both_ways(head);
  }
  for (const std::string_view head :
       {"POST /v1/events HTTP/1.0\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\n\r\n", "POST /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /#a HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\nHost: a\r\n\r\n",
        "POST  / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a b\r\n\r\n", "post / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000002\r\n\r\n"}) {
    EXPECT_FALSE(is_plain(head)) << head;
    expect_same_both_ways(head);
  }
}

TEST(PlainHead, IsWholeOrNone) {
  const std::string head = with_line("X: y\r\n");
  for (std::size_t bytes = 0; bytes < head.size(); ++bytes) {
    const std::string begun(head, 0, bytes);
    EXPECT_FALSE(is_plain(begun)) << begun;
  }
}

TEST(PlainHead, EveryLimitIsSomebodyElses) {
  const std::string head = with_line("X: y\r\n");
  ParserLimits limits;
  limits.headers_max = 3;
  limits.body_bytes_max = 2;
  limits.header_bytes_max = limits.target_bytes_max = head.size();
  EXPECT_TRUE(is_plain(head, limits));
  for (std::size_t ParserLimits::*limit :
       {&ParserLimits::headers_max, &ParserLimits::body_bytes_max, &ParserLimits::header_bytes_max,
        &ParserLimits::target_bytes_max}) {
    ParserLimits less = limits;
    --(less.*limit);
    EXPECT_FALSE(is_plain(head, less));
  }
}

}  // namespace
}  // namespace penstock::http
