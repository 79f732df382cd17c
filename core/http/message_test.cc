#include "http/message.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(Method, HasItsNameAsText) {
  EXPECT_EQ(to_text(Method::kGet), "GET");
  EXPECT_EQ(to_text(Method::kHead), "HEAD");
  EXPECT_EQ(to_text(Method::kPost), "POST");
  EXPECT_EQ(to_text(Method::kPut), "PUT");
  EXPECT_EQ(to_text(Method::kPatch), "PATCH");
  EXPECT_EQ(to_text(Method::kDelete), "DELETE");
  EXPECT_EQ(to_text(Method::kOptions), "OPTIONS");
}

TEST(Request, FindsTheFirstHeaderOfANameInAnyCase) {
  const Header headers[] = {{"Accept", "a"}, {"X-Key", "b"}, {"x-key", "c"}, {"Empty", ""}};
  Request request;
  request.headers = headers;

  EXPECT_EQ(request.header("x-KEY"), "b");
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("empty"), "");
  EXPECT_EQ(request.header("accep"), "");
  EXPECT_EQ(request.header("missing"), "");
}

TEST(ErrorResponse, IsTheContractsShape) {
  const Response response = error_response(422, "invalid_event", "event 3: name is too long");

  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"({"error":"invalid_event","detail":"event 3: name is too long"})");
  EXPECT_FALSE(response.close);
}

TEST(ErrorResponse, IsValidJsonWhateverItQuotes) {
  EXPECT_EQ(error_response(400, "e", "a\"b\\c\n\x01").body,
            R"({"error":"e","detail":"a\"b\\c\n\u0001"})");
  EXPECT_EQ(error_response(400, "e", "caf\xc3\xa9").body,
            "{\"error\":\"e\",\"detail\":\"caf\xc3\xa9\"}");
  EXPECT_EQ(error_response(400, "e", "caf\xe9!").body,
            "{\"error\":\"e\",\"detail\":\"caf\xef\xbf\xbd!\"}");
}

TEST(Request, JoinsTheHeadersOfAName) {
  const Header headers[] = {{"X-Forwarded-For", "a"}, {"Host", "h"}, {"x-forwarded-for", "b, c"}};
  Request request;
  request.headers = headers;
  EXPECT_EQ(request.header_list("X-Forwarded-For"), "a,b, c");
  EXPECT_EQ(request.header_list("Host"), "h");
  EXPECT_EQ(request.header_list("Accept"), "");
}

TEST(PartialHead, GivesHeadersWhoseLinesAreWhole) {
  const PartialHead head{
      "POST /v1/events HTTP/1.1\r\nHost: h\r\norigin:  https://a.example \r\nAccept: x"};
  EXPECT_EQ(head.header("Origin"), "https://a.example");
  EXPECT_EQ(head.header("Host"), "h");
  EXPECT_EQ(head.header("Accept"), "");
  EXPECT_EQ(head.header("POST /v1/events HTTP/1.1"), "");
  EXPECT_EQ(PartialHead{}.header("Origin"), "");
  EXPECT_EQ(PartialHead{"GET / HTTP/1.1\r\n\r\nOrigin: body\r\n"}.header("Origin"), "");
  EXPECT_EQ(PartialHead{"Origin: a\r\nno colon\r\nOrigin: b\r\n"}.header("Origin"), "b");
}

// It goes into an answer's head.
TEST(PartialHead, GivesThePathOfAWholeLine) {
  EXPECT_EQ(PartialHead{"POST /a/b?c=1 HTTP/1.1\r\n"}.path(), "/a/b");
  EXPECT_EQ(PartialHead{"POST /a HTTP/1.1\r\nX: /b"}.path(), "/a");
  EXPECT_EQ(PartialHead{"POST /a HTTP/1.1"}.path(), "");
  EXPECT_EQ(PartialHead{"\r\n"}.path(), "");
  EXPECT_EQ(PartialHead{}.path(), "");
}

TEST(PartialHead, GivesNothingThatCouldSplitAnAnswer) {
  for (const std::string_view bad : {"a\rX: y", "a\nX: y", "a\tb", "a\x7f"}) {
    const std::string text = "GET / HTTP/1.1\r\nOrigin: " + std::string(bad) + "\r\n";
    EXPECT_EQ(PartialHead{text}.header("Origin"), "") << bad;
  }
}

TEST(ReasonPhrase, IsKnownForEveryStatusOfTheContract) {
  for (const int status : {200, 202, 204, 400, 401, 403, 404, 405, 408, 411, 413,
                           414, 415, 417, 422, 429, 431, 500, 501, 503, 505}) {
    EXPECT_NE(reason_phrase(static_cast<std::uint16_t>(status)), "Unknown") << status;
  }
  EXPECT_EQ(reason_phrase(400), "Bad Request");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace penstock::http
