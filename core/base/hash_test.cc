#include "base/hash.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

// Stored batches and ids rest on these values: a library that gave others would orphan them.
TEST(Hash, GivesXxh3sPublishedValues) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(hash64("a"), 0xe6c632b61e964e1fu);
}

TEST(Hash, CountsTheBoundaryBetweenItsParts) {
  const Hash128 first = hash128("ab", "c");
  const Hash128 second = hash128("a", "bc");
  EXPECT_FALSE(first.high == second.high && first.low == second.low);
}

}  // namespace
}  // namespace penstock
