#include "intake/page_script.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

// The build follows the script only by a trick (script/CMakeLists.txt); a stale one would go out.
TEST(PageScript, IsWhatTheBuildMadeOfTheFileInTheTree) {
  std::ifstream file(PENSTOCK_PAGE_SCRIPT);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(page_script(), text.str());
}

// Every page of every customer loads it. What it does there is tested in tests/browser.
TEST(PageScript, IsSmall) { EXPECT_LT(page_script().size(), 4'600u); }

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
