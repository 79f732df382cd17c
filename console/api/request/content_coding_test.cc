#include "console/api/request/content_coding.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.h"
#include "http/body_decoder.h"

namespace penstock::console {
namespace {

http::Response answer_of(std::size_t bytes) {
  http::Response response;
  response.body = std::string(bytes, 'x');
  return response;
}

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [name](const auto& one) { return one.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

TEST(ContentCoding, IsOfLongAnswersForWhoTakesIt) {
  http::Response zipped = answer_of(kCompressedBytesMin);
  code_content(zipped, true);
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
  EXPECT_LT(zipped.body.size(), 100u);
  std::string text;
  http::BodyDecoder decoder;
  ASSERT_TRUE(decoder.decode(*http::codings_of("gzip"), zipped.body, 1 << 20, text));
  EXPECT_EQ(text, std::string(kCompressedBytesMin, 'x'));
}

TEST(ContentCoding, LeavesOthersAsTheyAre) {
  http::Response plain = answer_of(kCompressedBytesMin);
  code_content(plain, false);
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding");
  EXPECT_EQ(plain.body.size(), kCompressedBytesMin);

  http::Response small = answer_of(kCompressedBytesMin - 1);
  code_content(small, true);
  EXPECT_EQ(header(small, "Content-Encoding"), "");
  EXPECT_EQ(small.body.size(), kCompressedBytesMin - 1);
}

}  // namespace
}  // namespace penstock::console
