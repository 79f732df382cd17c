#include "console/api/auth/plain_name.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(PlainName, IsTextThatCanBeRead) {
  for (const char* good : {"a", "deploy key", "Üben ©", "日本", "<b>", "👩\u200d💻"}) {
    EXPECT_TRUE(is_plain_name(good, 80)) << good;
  }
  for (const char* bad : {"", " ", "a\nb", "a\x7f", "\x1b[31m", "\xc2\x9bx", "\xff", "\u202e",
                          "a\u202eb", "\u200b"}) {
    EXPECT_FALSE(is_plain_name(bad, 80)) << bad;
  }
  EXPECT_TRUE(is_plain_name(std::string(80, 'a'), 80));
  EXPECT_FALSE(is_plain_name(std::string(81, 'a'), 80));
  EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3), 80));
}

}  // namespace
}  // namespace penstock::console
