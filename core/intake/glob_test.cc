#include "intake/glob.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return matches_glob(pattern, text, Case::kMatters);
}

TEST(Glob, MatchesTheWholeText) {
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("/a", "/a"));
  EXPECT_FALSE(matches("/a", "/ab"));
  EXPECT_FALSE(matches("/ab", "/a"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Glob, StarsTakeAnyRun) {
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("**", "ab"));
  EXPECT_TRUE(matches("/wp-admin/*", "/wp-admin/"));
  EXPECT_FALSE(matches("/wp-admin/*", "/wp-admin"));
  EXPECT_TRUE(matches("*.php", "/a.php.php"));
  EXPECT_FALSE(matches("*.php", "/a.php5"));
  EXPECT_TRUE(matches("a*b*c", "aXbbYc"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_TRUE(matches("*ab", "aab"));
}

TEST(Glob, MayIgnoreCase) {
  EXPECT_FALSE(matches("*headless*", "X Headless/1"));
  EXPECT_TRUE(matches_glob("*headless*", "X Headless/1", Case::kIgnored));
  EXPECT_FALSE(matches_glob("@", "`", Case::kIgnored));
}

// A run that nearly matches everywhere would take for ever where each star is tried at each place.
TEST(Glob, EndsSoonWhateverTheText) {
  const std::string text(8192, 'a');
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*b", text));
  EXPECT_TRUE(matches("*a*a*a*a*a*a*a*a*a*a*", text));
}

}  // namespace
}  // namespace penstock::intake
