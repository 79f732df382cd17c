#include "base/static_text.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"
#include "base/utf8.h"

namespace penstock {
namespace {

TEST(StaticText, KeepsATextOnce) {
  std::string text = "WRONGPASS invalid username-password pair or user is disabled.";
  const char* kept = static_text(text);
  text.assign(text.size(), 'x');

  EXPECT_STREQ(kept, "WRONGPASS invalid username-password pair or user is disabled.");
  EXPECT_EQ(static_text("WRONGPASS invalid username-password pair or user is disabled."), kept);
  EXPECT_EQ(static_text(""), nullptr);
}

TEST(StaticText, CutsAndRepairsWhatAServerSays) {
  EXPECT_EQ(std::string(static_text(std::string(1'000, 'a'))).size(), kStaticTextBytesMax);
  const std::string cut = static_text(std::string(kStaticTextBytesMax - 1, 'b') + "\u00e9");
  EXPECT_LE(cut.size(), kStaticTextBytesMax);
  EXPECT_TRUE(is_valid_utf8(cut));
  EXPECT_STREQ(static_text("a\xff"), "a\xef\xbf\xbd");
}

// A server that says ever new things fills no memory. In a process of its own: nothing is ever
// forgotten.
TEST(StaticTextDeathTest, KeepsNoMoreThanSoMany) {
  const auto fill = [] {
    for (std::size_t i = 0; i < 2 * kStaticTextsMax; ++i) static_text(str_cat("reason ", i));
    const bool is_right =
        std::string(static_text("reason 0")) == "reason 0" &&
        std::string(static_text("one more")).find("not kept") != std::string::npos;
    std::_Exit(is_right ? 0 : 1);
  };
  EXPECT_EXIT(fill(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace penstock
