#include "enrich/text_arena.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::enrich {
namespace {

TEST(TextArena, KeepsTextsWhileItGrows) {
  TextArena arena;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 50'000; ++i) kept.push_back(arena.keep(std::to_string(i)));

  for (int i = 0; i < 50'000; ++i) EXPECT_EQ(kept[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(TextArena, KeepsATextLongerThanABlock) {
  TextArena arena;
  const std::string longer(200'000, 'x');

  EXPECT_EQ(arena.keep(longer), longer);
  EXPECT_EQ(arena.keep("short"), "short");
}

TEST(TextArena, StartsAgainWithTheSameMemory) {
  TextArena arena;
  const char* const first = arena.keep("a").data();
  arena.clear();

  EXPECT_EQ(arena.keep("b").data(), first);
  EXPECT_TRUE(arena.keep("").empty());
}

}  // namespace
}  // namespace penstock::enrich
