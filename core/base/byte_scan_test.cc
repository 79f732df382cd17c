#include "base/byte_scan.h"

#include <string>
#include <vector>

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

TEST(FindInText, FindsTheFirstAtAnyPlace) {
  for (std::size_t bytes = 0; bytes < 40; ++bytes) {
    // In memory of its own, so that a sanitizer sees a read behind it.
    const std::vector<char> plain(bytes, '.');
    const char* const end = plain.data() + bytes;
    EXPECT_EQ(find_in_text(plain.data(), end, '.', kIsMark), end);
    for (std::size_t first = 0; first < bytes; ++first) {
      std::vector<char> marked = plain;
      marked[first] = marked.back() = '#';
      EXPECT_EQ(find_in_text(marked.data(), marked.data() + bytes, '.', kIsMark),
                marked.data() + first);
    }
  }
}

}  // namespace
}  // namespace penstock
