#include "base/byte_scan.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock {
namespace {

constexpr auto kIsMark = [](Bytes16 block) { return block == '#'; };

TEST(FindInBlocks, FindsTheFirstOfABlock) {
  const std::string text(64, '.');
  for (std::size_t first = 0; first < text.size(); ++first) {
    std::string marked = text;
    marked[first] = '#';
    marked.back() = '#';
    const char* const begin = marked.data();
    EXPECT_EQ(find_in_blocks(begin, begin + marked.size(), kIsMark) - begin,
              static_cast<std::ptrdiff_t>(first));
  }
}

TEST(FindInBlocks, StopsBeforeWhatIsNoWholeBlock) {
  const std::string text = std::string(20, '.') + "#";
  const char* const begin = text.data();
  EXPECT_EQ(find_in_blocks(begin, begin + text.size(), kIsMark) - begin, 16);
  EXPECT_EQ(find_in_blocks(begin, begin + 15, kIsMark) - begin, 0);
  EXPECT_EQ(find_in_blocks(begin, begin, kIsMark) - begin, 0);
}

}  // namespace
}  // namespace penstock
