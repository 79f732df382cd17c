#include "intake/page_script.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

// The build follows the script only by a trick (page_script_bytes.S); a stale one would go out.
TEST(PageScript, IsTheFileInTheTree) {
  std::ifstream file(PENSTOCK_SOURCE_DIR "/core/intake/page_script.js");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(page_script(), text.str());
}

// Every page of every customer loads it. What it does there is tested in tests/browser.
TEST(PageScript, IsSmall) { EXPECT_LT(page_script().size(), 10'500u); }

TEST(PageScript, KeepsNothingThatNeedsConsent) {
  EXPECT_EQ(page_script().find("cookie"), std::string_view::npos);
  EXPECT_EQ(page_script().find("localStorage"), std::string_view::npos);
}

TEST(PageScript, HasAQuotedTag) {
  const std::string tag = page_script_etag();
  EXPECT_GT(tag.size(), 3u);
  EXPECT_EQ(tag.front(), '"');
  EXPECT_EQ(tag.back(), '"');
}

}  // namespace
}  // namespace penstock::intake
