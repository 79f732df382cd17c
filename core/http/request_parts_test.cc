#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/parser_testing.h"
#include "http/request_parser.h"

namespace penstock::http {
namespace {

ParserLimits telling(std::size_t body_bytes_max) {
  ParserLimits limits;
  limits.body_bytes_max = body_bytes_max;
  limits.tells_large_bodies = true;
  return limits;
}

std::string with_length(std::string_view body, std::string_view headers = "") {
  return str_cat("POST /large HTTP/1.1\r\nHost: h\r\n", headers, "Content-Length: ", body.size(),
                 "\r\n\r\n", body);
}

std::string in_chunks(std::string_view body, std::string_view trailers = "") {
  std::string wire = "POST /large HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 7) {
    const std::string_view chunk = body.substr(at, 7);
    wire += str_cat(chunk.size(), "\r\n", chunk, "\r\n");
  }
  return wire + str_cat("0\r\n", trailers, "\r\n");
}

constexpr std::string_view kBody = "a body of more than ten bytes, and of more than two chunks";

TEST(RequestPartsTest, GiveWhatAWholeBodyWouldHoldHoweverItIsCut) {
  for (const std::string& large :
       {with_length(kBody), in_chunks(kBody), in_chunks(kBody, "X-After: 1\r\n"),
        with_length(kBody, "Expect: 100-continue\r\n")}) {
    const std::string wire = str_cat(large, kNext, large, kNext);
    const ParserRun run = run_whole(wire, telling(10));
    EXPECT_EQ(run, run_whole(wire)) << wire;
    ASSERT_EQ(run.requests.size(), 4u) << run.reason;
    EXPECT_THAT(run.requests[0], ::testing::EndsWith(kBody));
    expect_same_at_every_split(wire, telling(10));
  }
}

TEST(RequestPartsTest, AreNotForBodiesWithinTheLimit) {
  BufferPool pool;
  const ParserLimits limits = telling(kBody.size());
  for (const std::string& wire : {with_length(kBody), in_chunks(kBody)}) {
    RequestParser parser(limits, pool);
    EXPECT_EQ(parser.feed(wire).seen, Seen::kRequest);
    EXPECT_EQ(parser.request().body, kBody);
  }
}

TEST(RequestPartsTest, AreToldOfBeforeABodyOfThatLengthComes) {
  BufferPool pool;
  const ParserLimits limits = telling(10);
  RequestParser parser(limits, pool);
  const std::string wire = with_length(kBody, "X-Who: me\r\n");
  const Step step = parser.feed(wire);
  EXPECT_EQ(step.seen, Seen::kLargeBody);
  EXPECT_EQ(step.consumed, wire.size() - kBody.size());
  EXPECT_EQ(parser.request().path, "/large");
  EXPECT_EQ(parser.request().header("X-Who"), "me");
  EXPECT_EQ(parser.request().body, "");
  EXPECT_EQ(parser.take_in_parts(), Seen::kNothing);
  EXPECT_EQ(parser.feed("0123456789abc").seen, Seen::kPart);
  EXPECT_EQ(parser.part(), "0123456789abc");
  EXPECT_TRUE(parser.is_in_body());
}

TEST(RequestPartsTest, HoldNoMoreThanAPart) {
  BufferPool pool;
  const ParserLimits limits = telling(1'000);
  RequestParser parser(limits, pool);
  parser.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
  parser.take_in_parts();
  const std::string part(1'000, 'x');
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(parser.feed(part).seen, Seen::kPart);
  EXPECT_LT(parser.buffer_bytes(), 4'000u);
  EXPECT_EQ(parser.body_bytes(), 1'000'000u);
}

TEST(RequestPartsTest, CanBeRefused) {
  BufferPool pool;
  const ParserLimits limits = telling(10);
  for (const std::string& wire : {with_length(kBody), in_chunks(kBody)}) {
    RequestParser parser(limits, pool);
    ASSERT_EQ(parser.feed(wire).seen, Seen::kLargeBody);
    parser.refuse_body();
    EXPECT_EQ(parser.status(), 413);
    EXPECT_EQ(parser.reason(), "The body is too large.");
    EXPECT_EQ(parser.feed("more").seen, Seen::kRefused);
  }
}

TEST(RequestPartsTest, AreNotForBodiesThatAreTakenWhole) {
  BufferPool pool;
  const ParserLimits limits = telling(10);
  for (const std::string& wire :
       {with_length(kBody), in_chunks(kBody), in_chunks(kBody, "X-After: 1\r\n")}) {
    RequestParser parser(limits, pool);
    std::string_view rest = wire;
    while (!rest.empty()) {
      const Step step = parser.feed(rest.substr(0, 5));
      rest.remove_prefix(step.consumed);
      const Seen seen = step.seen == Seen::kLargeBody ? parser.take_whole(kBody.size()) : step.seen;
      ASSERT_EQ(seen, rest.empty() ? Seen::kRequest : Seen::kNothing);
    }
    EXPECT_EQ(parser.request().body, kBody);
    EXPECT_GE(parser.buffer_bytes(), kBody.size());
    read_padding(parser.request());
    // The next request has the old limit.
    parser.reset();
    EXPECT_EQ(parser.feed(wire).seen, Seen::kLargeBody);
  }
}

TEST(RequestPartsTest, AreRefusedOverTheLimitOfWholeOnes) {
  BufferPool pool;
  const ParserLimits limits = telling(10);
  RequestParser told(limits, pool);
  ASSERT_EQ(told.feed(with_length(kBody)).seen, Seen::kLargeBody);
  EXPECT_EQ(told.take_whole(kBody.size() - 1), Seen::kRefused);
  EXPECT_EQ(told.status(), 413);

  RequestParser untold(limits, pool);
  const std::string wire = in_chunks(kBody);
  std::string_view rest = wire;
  Seen seen = Seen::kNothing;
  while (seen != Seen::kRefused && !rest.empty()) {
    const Step step = untold.feed(rest.substr(0, 5));
    rest.remove_prefix(step.consumed);
    seen = step.seen == Seen::kLargeBody ? untold.take_whole(kBody.size() - 1) : step.seen;
  }
  EXPECT_EQ(seen, Seen::kRefused);
  EXPECT_EQ(untold.status(), 413);
  EXPECT_EQ(untold.reason(), "The body is too large.");
}

TEST(RequestPartsTest, WaitForLeaveBeforeAWholeBodyToo) {
  BufferPool pool;
  const ParserLimits limits = telling(10);
  RequestParser parser(limits, pool);
  const std::string wire = with_length(kBody, "Expect: 100-continue\r\n");
  ASSERT_EQ(parser.feed(wire).seen, Seen::kLargeBody);
  EXPECT_EQ(parser.take_whole(1'000), Seen::kHeaders);
  EXPECT_EQ(parser.feed(kBody).seen, Seen::kRequest);
}

// What a GET has as a body means nothing: nobody asks for it.
TEST(RequestPartsTest, AreNotForBodiesOfAGet) {
  const std::string get =
      str_cat("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: ", kBody.size(), "\r\n\r\n", kBody);
  EXPECT_EQ(run_whole(get, telling(10)).status, 413);
}

}  // namespace
}  // namespace penstock::http
