#include "base/bytes.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(CopyShort, CopiesJustThoseBytes) {
  std::string from;
  for (char c = '!'; from.size() < 80; ++c) from += c;
  for (std::size_t bytes = 0; bytes <= 70; ++bytes) {
    // A text of its own, so that a sanitizer sees any read past it.
    const std::string exact = from.substr(0, bytes);
    std::string to(from.size(), '.');
    copy_short(to.data(), exact.data(), bytes);
    EXPECT_EQ(to, exact + std::string(from.size() - bytes, '.'));
  }
}

TEST(CopyShort, TakesAViewOfNothing) {
  char to = '.';
  copy_short(&to, nullptr, 0);
  EXPECT_EQ(to, '.');
}

}  // namespace
}  // namespace penstock
