#include "http/response_writer.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

constexpr std::string_view kDate = "Tue, 24 Nov 2026 10:23:57 GMT";

std::string written(const Response& response, bool keep_alive = true, bool head_only = false) {
  std::string out;
  append_response(out, response, kDate, keep_alive, head_only);
  return out;
}

TEST(ResponseWriter, WritesAWholeAnswer) {
  Response response;
  response.status = 202;
  response.body = R"({"accepted":1})";
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");

  EXPECT_EQ(written(response),
            "HTTP/1.1 202 Accepted\r\n"
            "Date: Tue, 24 Nov 2026 10:23:57 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 14\r\n"
            "Access-Control-Allow-Origin: *\r\n"
            "Connection: keep-alive\r\n\r\n"
            "{\"accepted\":1}");
}

TEST(ResponseWriter, AppendsToWhatIsThere) {
  std::string out = "before";
  append_response(out, Response{}, kDate, true, false);
  EXPECT_TRUE(out.starts_with("beforeHTTP/1.1 200 OK\r\n"));
}

TEST(ResponseWriter, SaysCloseWhereEitherSideWantsIt) {
  Response response;
  EXPECT_NE(written(response, false).find("\r\nConnection: close\r\n"), std::string::npos);
  response.close = true;
  EXPECT_NE(written(response, true).find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(ResponseWriter, LeavesABodyOutForHeadButNotItsLength) {
  Response response;
  response.body = "0123456789";

  const std::string out = written(response, true, true);

  EXPECT_NE(out.find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

TEST(ResponseWriter, GivesAnEmptyBodyItsLength) {
  Response response;
  response.content_type = "";

  const std::string out = written(response);

  EXPECT_NE(out.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(out.find("Content-Type"), std::string::npos);
}

TEST(ResponseWriter, GivesNoContentNeitherLengthNorType) {
  for (const std::uint16_t status : {std::uint16_t{204}, std::uint16_t{304}}) {
    Response response;
    response.status = status;
    response.body = "must not be sent";

    const std::string out = written(response);

    EXPECT_EQ(out.find("Content-"), std::string::npos);
    EXPECT_TRUE(out.ends_with("\r\n\r\n"));
  }
}

TEST(ResponseWriter, LetsNoValueBeginAHeader) {
  Response response;
  response.headers.emplace_back("Location", std::string("/a\r\nSet-Cookie: x\0y", 19));

  EXPECT_NE(written(response).find("Location: /a  Set-Cookie: x y\r\n"), std::string::npos);
}

TEST(DateText, IsAnImfFixdate) {
  EXPECT_EQ(date_text(1'795'515'837'999), kDate);
  EXPECT_EQ(date_text(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date_text(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date_text(951'782'399'000), "Mon, 28 Feb 2000 23:59:59 GMT");
}

TEST(ResponseWriter, PartsAreChunks) {
  Response head;
  head.content_type = "text/csv";
  head.headers.emplace_back("X-Days", "a\r\nX-Evil: 1");
  std::string out;
  append_head_of_parts(out, head, "now", true);
  append_chunk(out, std::string(26, 'x'));
  out += kLastChunk;
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/csv\r\nX-Days: a  X-Evil: 1\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1a\r\n" +
                std::string(26, 'x') + "\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace penstock::http
