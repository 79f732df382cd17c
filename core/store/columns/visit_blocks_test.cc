#include "store/columns/visit_blocks.h"

#include <numeric>

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

std::vector<VisitPlace> again(const std::vector<VisitPlace>& places, std::uint32_t parts) {
  std::string block;
  append_visit_places(places, block);
  std::vector<VisitPlace> read(places.size());
  EXPECT_TRUE(read_visit_places(block, parts, read).has_value());
  return read;
}

TEST(VisitPlaces, AreReadAsTheyWereWritten) {
  for (const std::vector<VisitPlace>& places :
       {std::vector<VisitPlace>{},
        {kAlone, kAlone},
        {4 | kAlone},
        {400'000 | kFirstOfPart, kAlone, 400'040, 400'000 | kLastOfPart}}) {
    EXPECT_EQ(again(places, 100'010), places);
  }
}

// What the figure of bytes a row rests on.
TEST(VisitPlaces, TakeTwoBytesARowWhereNumbersAreNear) {
  std::vector<VisitPlace> places(1'000, kAlone);
  std::string block;
  append_visit_places(places, block);
  EXPECT_LT(block.size(), 20u);
  for (std::uint32_t i = 0; i < 500; ++i) places[i] = (900'000 + i * 20) << 2;
  block.clear();
  append_visit_places(places, block);
  EXPECT_LT(block.size(), 2'020u);
}

TEST(VisitPlaces, RefuseAPartThatIsNotThereAndARowThatIsNowhere) {
  std::string block;
  append_visit_places(std::vector<VisitPlace>{40 | kFirstOfPart}, block);
  std::vector<VisitPlace> read(1);
  EXPECT_TRUE(read_visit_places(block, 10, read).has_value());
  EXPECT_EQ(read_visit_places(block, 9, read).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(read_visit_places(block + "x", 10, read).has_value());
  EXPECT_FALSE(read_visit_places("abc", 10, read).has_value());
  block.clear();
  append_visit_places(std::vector<VisitPlace>{kFirstOfPart}, block);
  EXPECT_FALSE(read_visit_places(block, 10, read).has_value());
}

VisitParts many_parts(std::uint32_t count) {
  VisitParts parts;
  for (std::uint32_t i = 0; i < count; ++i) {
    parts.start_s.push_back(i * 3);
    parts.length_s.push_back(i % 5 == 0 ? 7 : 0);
    parts.events.push_back(1 + i % 5);
    if (parts.has_edge(i)) parts.edges.push_back({i + 1, std::uint64_t{i} << 40});
  }
  return parts;
}

TEST(VisitParts, AreReadAsTheyWereWritten) {
  for (const std::uint32_t count : {0u, 1u, kPartsABlock, kPartsABlock + 1, 28'000u}) {
    const VisitParts parts = many_parts(count);
    MemoryBlocks blocks;
    ASSERT_TRUE(write_visit_parts(parts, blocks).has_value());
    const auto read = read_visit_parts(blocks, count);
    ASSERT_TRUE(read.has_value()) << count;
    EXPECT_EQ(*read, parts) << count;
    EXPECT_FALSE(read_visit_parts(blocks, count + kPartsABlock).has_value());
  }
}

TEST(VisitParts, RefuseWhatIsOutsideOfTheDay) {
  VisitParts parts = many_parts(3);
  parts.start_s[1] = 86'399;
  parts.length_s[1] = 1;
  MemoryBlocks blocks;
  ASSERT_TRUE(write_visit_parts(parts, blocks).has_value());
  EXPECT_EQ(read_visit_parts(blocks, 3).error().code, ErrorCode::kCorrupt);
}

TEST(VisitHead, SaysOfWhichChunksItIs) {
  MemoryBlocks blocks;
  EXPECT_EQ(*read_visit_head(blocks), std::nullopt);
  std::vector<ChunkInfo> chunks{{0, 5, 1, 5, 10, 20}};
  const VisitHead head{kToday, hash_of_chunks(chunks), 9};
  ASSERT_TRUE(write_visit_head(head, blocks).has_value());
  EXPECT_EQ(*read_visit_head(blocks), head);
  chunks[0].last_at_ms = 21;
  EXPECT_NE(hash_of_chunks(chunks), head.chunks);
  ASSERT_TRUE(blocks.put({BlockKind::kVisits, kVisitHead, 0}, "short").has_value());
  EXPECT_EQ(read_visit_head(blocks).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace penstock::store
