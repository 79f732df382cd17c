#include "http/head_rules.h"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

struct Case {
  Request request;
  std::vector<Header> headers;
  HeadFacts facts;
  bool wants_continue = false;

  int status() { return check_head(facts, headers, request, wants_continue).status; }
};

Case with(std::initializer_list<Header> headers) {
  Case made;
  made.headers.assign(headers);
  made.request.method = Method::kPost;
  made.request.target = "/v1/events?a=b";
  made.facts.body_bytes_max = 100;
  return made;
}

TEST(HeadRules, FillInWhatHandlersRead) {
  Case head = with({{"Host", " h "}, {"X", "\ty z\t"}});

  EXPECT_EQ(head.status(), 0);
  EXPECT_EQ(head.request.path, "/v1/events");
  EXPECT_EQ(head.request.query, "a=b");
  EXPECT_EQ(head.headers[0].value, "h");
  EXPECT_EQ(head.headers[1].value, "y z");
  EXPECT_FALSE(head.wants_continue);
}

TEST(HeadRules, WantOneHostInTheNewerVersion) {
  EXPECT_EQ(with({}).status(), 400);
  EXPECT_EQ(with({{"Host", "a"}, {"HOST", "a"}}).status(), 400);
  EXPECT_EQ(with({{"Host", "a/b"}}).status(), 400);
  Case old = with({});
  old.request.minor_version = 0;
  EXPECT_EQ(old.status(), 0);
}

TEST(HeadRules, LetAnAbsoluteTargetReplaceHost) {
  Case head = with({{"Host", "other"}});
  head.request.target = "http://real:80?q";

  EXPECT_EQ(head.status(), 0);
  EXPECT_EQ(head.headers[0].value, "real:80");
  EXPECT_EQ(head.request.path, "/");
  EXPECT_EQ(head.request.query, "q");
}

// llhttp has its own opinion on these; the rules must hold without it.
TEST(HeadRules, LeaveOneWayToFindTheBodysEnd) {
  const Header host{"Host", "h"};
  Case two_lengths = with({host, {"Content-Length", "5"}, {"Content-Length", "5"}});
  two_lengths.facts.content_length = 5;
  EXPECT_EQ(two_lengths.status(), 400);

  Case other_length = with({host, {"Content-Length", "5"}});
  other_length.facts.content_length = 6;
  EXPECT_EQ(other_length.status(), 400);

  Case both = with({host, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}});
  both.facts = {5, true, 100};
  EXPECT_EQ(both.status(), 400);

  EXPECT_EQ(with({host, {"Transfer-Encoding", "chunked, gzip"}}).status(), 400);
  EXPECT_EQ(with({host, {"Transfer-Encoding", "gzip, chunked"}}).status(), 501);
  EXPECT_EQ(with({host, {"Transfer-Encoding", "CHUNKED"}}).status(), 0);
  Case old = with({host, {"Transfer-Encoding", "chunked"}});
  old.request.minor_version = 0;
  EXPECT_EQ(old.status(), 400);
}

TEST(HeadRules, HoldTheAnnouncedLengthToTheLimit) {
  Case head = with({{"Host", "h"}, {"Content-Length", "100"}});
  head.facts.content_length = 100;
  EXPECT_EQ(head.status(), 0);
  head.facts.body_bytes_max = 99;
  EXPECT_EQ(head.status(), 413);
}

TEST(HeadRules, MeetOneExpectationOnly) {
  Case head = with({{"Host", "h"}, {"Content-Length", "5"}, {"Expect", "100-Continue"}});
  head.facts.content_length = 5;
  EXPECT_EQ(head.status(), 0);
  EXPECT_TRUE(head.wants_continue);

  EXPECT_EQ(with({{"Host", "h"}, {"Expect", "other"}}).status(), 417);
  EXPECT_EQ(with({{"Host", "h"}, {"Expect", "other"}, {"Expect", "100-continue"}}).status(), 417);
}

}  // namespace
}  // namespace penstock::http
