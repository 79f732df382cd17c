#include "intake/intake_request.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

IntakeHeaders headers_of(const std::vector<http::Header>& headers) {
  static std::string scratch;
  http::Request request;
  request.headers = headers;
  return read_headers(request, scratch);
}

TEST(IntakeHeaders, AreFoundInAnyCase) {
  const IntakeHeaders headers = headers_of({{"USER-AGENT", "ua"},
                                            {"content-type", "text/plain"},
                                            {"Content-Encoding", "gzip"},
                                            {"x-penstock-KEY", "k"},
                                            {"authorization", "Bearer b"},
                                            {"REFERER", "r"},
                                            {"if-none-match", "\"1\""}});
  EXPECT_EQ(headers.user_agent, "ua");
  EXPECT_EQ(headers.content_type, "text/plain");
  EXPECT_EQ(headers.content_encoding, "gzip");
  EXPECT_EQ(headers.penstock_key, "k");
  EXPECT_EQ(headers.authorization, "Bearer b");
  EXPECT_EQ(headers.referer, "r");
  EXPECT_EQ(headers.if_none_match, "\"1\"");
}

// A client could put a second line before the proxy's own; the list is read from its end.
TEST(IntakeHeaders, JoinTheLinesOfForwardedAddresses) {
  const IntakeHeaders headers = headers_of({{"X-Forwarded-For", "1.1.1.1"},
                                            {"x-forwarded-for", "2.2.2.2, 3.3.3.3"},
                                            {"X-Forwarded-For", "4.4.4.4"}});
  EXPECT_EQ(headers.x_forwarded_for, "1.1.1.1,2.2.2.2, 3.3.3.3,4.4.4.4");
}

TEST(IntakeHeaders, JoinTheLinesOfCodings) {
  EXPECT_EQ(
      headers_of({{"Content-Encoding", "identity"}, {"content-encoding", "gzip"}}).content_encoding,
      "identity,gzip");
}

TEST(KeyOf, PrefersTheBearerThenTheHeaderThenTheQuery) {
  std::string scratch;
  IntakeHeaders headers;
  EXPECT_EQ(key_of(headers, "key=q", scratch), "q");
  headers.penstock_key = "h";
  EXPECT_EQ(key_of(headers, "key=q", scratch), "h");
  headers.authorization = "bearer  b ";
  EXPECT_EQ(key_of(headers, "key=q", scratch), "b");
}

TEST(KeyOf, PassesOverOtherWaysOfAuthorization) {
  std::string scratch;
  IntakeHeaders headers;
  headers.authorization = "Basic dXNlcjo=";
  EXPECT_EQ(key_of(headers, "", scratch), "");
}

TEST(KeyOf, DecodesTheQuery) {
  std::string scratch;
  EXPECT_EQ(key_of({}, "key=a%2Fb+c", scratch), "a/b c");
  EXPECT_EQ(key_of({}, "key=a%zz", scratch), "a%zz");
}

}  // namespace
}  // namespace penstock::intake
