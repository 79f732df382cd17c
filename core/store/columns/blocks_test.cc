#include "store/columns/blocks.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

constexpr BlockId kId{BlockKind::kHashes, property_column(7), 3};

TEST(BlocksTest, AreFoundUnderTheirNumberAlone) {
  MemoryBlocks blocks;
  ASSERT_TRUE(blocks.put(kId, "first"));
  ASSERT_TRUE(blocks.put(kId, "second"));

  std::string seen;
  EXPECT_TRUE(blocks.read(kId, [&](std::string_view bytes) { seen = bytes; }).value());
  EXPECT_EQ(seen, "second");
  std::size_t visited = 0;
  blocks.visit([&](std::int64_t id, std::string_view bytes) {
    EXPECT_EQ(id, kId.packed());
    EXPECT_EQ(bytes, "second");
    ++visited;
  });
  EXPECT_EQ(visited, 1U);
  const auto is_there = [&](const BlockId& id) {
    return blocks.read(id, [](std::string_view) {}).value();
  };
  EXPECT_FALSE(is_there({BlockKind::kTexts, property_column(7), 3}));
  EXPECT_FALSE(is_there({BlockKind::kHashes, property_column(8), 3}));
  EXPECT_FALSE(is_there({BlockKind::kHashes, property_column(7), 4}));
}

TEST(BlocksTest, OfAColumnStandInTheirOrder) {
  const BlockId next{kId.kind, kId.column, kId.number + 1};
  const BlockId last{kId.kind, kId.column, 0xffff'ffff};
  const BlockId other{kId.kind, kId.column + 1, 0};
  EXPECT_EQ(next.packed(), kId.packed() + 1);
  EXPECT_LT(last.packed(), other.packed());
  EXPECT_GT(kId.packed(), 0);
}

}  // namespace
}  // namespace penstock::store
