#include "intake/page_script.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/body_decoder.h"
#include "http/gzip.h"

namespace penstock::intake {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kEndOfHead = "\r\n\r\n";

// The build follows the script only by a trick (script/CMakeLists.txt); a stale one would go out.
TEST(PageScript, IsWhatTheBuildMadeOfTheFileInTheTree) {
  std::ifstream file(PENSTOCK_PAGE_SCRIPT);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(page_script(), text.str());
}

// Every page of every customer loads it. What it does there is tested in tests/browser.
TEST(PageScript, IsSmall) { EXPECT_LT(http::gzip(page_script()).size(), 2'500u); }

// It looks whether the visitor has opted out, and writes nothing that outlives the tab.
TEST(PageScript, KeepsNothingThatNeedsConsent) {
  const std::string_view text = page_script();
  EXPECT_EQ(text.find("cookie"), std::string_view::npos);
  EXPECT_EQ(text.find("indexedDB"), std::string_view::npos);
  const std::size_t flag = text.find("localStorage");
  EXPECT_EQ(text.find("localStorage", flag + 1), std::string_view::npos);
  EXPECT_THAT(text, HasSubstr(R"(localStorage.penstock==="off")"));
}

// A second place would be overlooked where the path is another.
TEST(PageScript, NamesTheEventsPathOnce) {
  const std::size_t place = page_script().find(kScriptEventsPath);
  ASSERT_NE(place, std::string_view::npos);
  EXPECT_EQ(page_script().find(kScriptEventsPath, place + 1), std::string_view::npos);
}

TEST(PageScript, IsServedWholeAndCompressed) {
  const PageScript script(kScriptEventsPath);
  const adapter::Answer plain = script.answer("", "");
  EXPECT_EQ(plain.status, 200);
  EXPECT_THAT(plain.text, HasSubstr("Cache-Control: public, max-age=3600\r\n"));
  EXPECT_THAT(plain.text, HasSubstr("Vary: Accept-Encoding\r\n"));
  EXPECT_THAT(plain.text, Not(HasSubstr("Content-Encoding")));
  EXPECT_THAT(plain.text, EndsWith(std::string(page_script())));

  const adapter::Answer gzipped = script.answer("br, gzip", "");
  EXPECT_EQ(gzipped.status, 200);
  EXPECT_THAT(gzipped.text, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(gzipped.text, HasSubstr("Vary: Accept-Encoding\r\n"));
  const std::string_view body =
      gzipped.text.substr(gzipped.text.find(kEndOfHead) + kEndOfHead.size());
  std::string decoded;
  http::BodyDecoder decoder;
  ASSERT_TRUE(decoder.decode(*http::codings_of("gzip"), body, 1 << 20, decoded));
  EXPECT_EQ(decoded, page_script());
}

TEST(PageScript, HasATagForEachForm) {
  const PageScript script(kScriptEventsPath);
  const auto tag_of = [&](std::string_view encoding) {
    const std::string_view text = script.answer(encoding, "").text;
    const std::size_t begin = text.find("ETag: ") + 6;
    return std::string(text.substr(begin, text.find("\r\n", begin) - begin));
  };
  const std::string plain = tag_of("");
  const std::string gzipped = tag_of("gzip");
  EXPECT_NE(plain, gzipped);
  EXPECT_EQ(script.answer("", plain).status, 304);
  EXPECT_EQ(script.answer("gzip", gzipped).status, 304);
  EXPECT_EQ(script.answer("gzip", "*").status, 304);
  EXPECT_EQ(script.answer("gzip", plain).status, 200);
  EXPECT_THAT(script.answer("gzip", gzipped).text, EndsWith("\r\n\r\n"));
  EXPECT_THAT(script.answer("gzip", gzipped).text, Not(HasSubstr("Content-Length")));
}

TEST(PageScript, SendsItsEventsWhereItIsTold) {
  const PageScript script("/assets/app.js");
  const std::string_view text = script.answer("", "").text;
  EXPECT_THAT(text, HasSubstr("/assets/app.js?partial=1"));
  EXPECT_THAT(text, Not(HasSubstr(kScriptEventsPath)));
}

}  // namespace
}  // namespace penstock::intake
