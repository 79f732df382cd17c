#include "intake/intake_request.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

using ::testing::ElementsAre;

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

TEST(KeysOf, AreTheBearersThenTheHeadersThenTheQuerys) {
  std::string scratch;
  IntakeHeaders headers;
  EXPECT_THAT(keys_of(headers, "a=1", scratch), ElementsAre("", "", ""));
  headers.penstock_key = " h\t";
  headers.authorization = "bearer  b ";
  EXPECT_THAT(keys_of(headers, "key=q", scratch), ElementsAre("b", "h", "q"));
  headers.authorization = "BEARER\tb";
  EXPECT_THAT(keys_of(headers, "k%65y=q", scratch), ElementsAre("b", "h", "q"));
}

TEST(KeysOf, PassOverOtherWaysOfAuthorization) {
  std::string scratch;
  IntakeHeaders headers;
  for (const std::string_view other : {"Basic dXNlcjo=", "Bearer", "Bearer ", "Bearerb",
                                       "Bearers b", "Digest username=\"b\"", "Token b", "b", ""}) {
    headers.authorization = other;
    EXPECT_THAT(keys_of(headers, "", scratch), ElementsAre("", "", "")) << other;
  }
}

TEST(KeysOf, DecodeTheQuery) {
  std::string scratch;
  EXPECT_EQ(keys_of({}, "key=a%2Fb+c", scratch)[2], "a/b c");
  EXPECT_EQ(keys_of({}, "key=a%zz", scratch)[2], "a%zz");
  EXPECT_EQ(keys_of({}, "key=+%20%09", scratch)[2], "");
  EXPECT_EQ(keys_of({}, "key=&key=b", scratch)[2], "");
  EXPECT_EQ(keys_of({}, "key", scratch)[2], "");
}

}  // namespace
}  // namespace penstock::intake
