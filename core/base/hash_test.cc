#include "base/hash.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace penstock {
namespace {

// Stored batches and ids rest on these values: a library that gave others would orphan them.
TEST(Hash, GivesXxh3sPublishedValues) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(hash64("a"), 0xe6c632b61e964e1fu);
}

// Of lengths that are read in different ways, by this program and by the library: the same values.
TEST(Hash, GivesThemForLongTextsToo) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += static_cast<char>('a' + i % 26);
  const std::string_view view = text;
  EXPECT_EQ(hash64(view.substr(0, 200)), 0xe12dae8ffe57bbc9u);
  EXPECT_EQ(hash64(view.substr(0, 511)), 0x729d485ff1ce07d0u);
  EXPECT_EQ(hash64(view.substr(0, 512)), 0x169887a206a45c62u);
  EXPECT_EQ(hash64(view), 0xeb0f5845c1ec4cc2u);
  EXPECT_EQ(hash64(view, 7), 0x8933609ea8aa60b6u);
}

TEST(Hash, CountsTheBoundaryBetweenItsParts) {
  const Hash128 first = hash128("ab", "c");
  const Hash128 second = hash128("a", "bc");
  EXPECT_FALSE(first.high == second.high && first.low == second.low);
}

}  // namespace
}  // namespace penstock
