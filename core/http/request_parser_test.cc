#include "http/request_parser.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "http/parser_testing.h"

namespace penstock::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

  const std::string_view whole = wire;

  // Its own padding, and that of what it is fed from.
  (void)parser.feed(whole.substr(0, 100));
  ASSERT_EQ(parser.feed(whole.substr(100)).seen, Seen::kRequest);
  EXPECT_EQ(parser.request().body.size(), 200U);
  read_padding(parser.request());
  parser.reset();
  reserve_padding(wire);
  ASSERT_EQ(parser.feed(wire).seen, Seen::kRequest);
  EXPECT_EQ(parser.request().body.size(), 200U);
  read_padding(parser.request());
}

TEST(RequestParser, IgnoresTheBodyOfAGet) {
  const ParserRun run =
      run_whole("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + std::string(kNext));

  EXPECT_EQ(run.requests.size(), 2U);
  EXPECT_THAT(run.requests[0], testing::EndsWith("\nbody="));
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

}  // namespace
}  // namespace penstock::http
