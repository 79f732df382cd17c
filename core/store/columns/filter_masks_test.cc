#include "store/columns/filter_masks.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

using Known = FilterMasks::Known;

Filter filter_of(std::string path) { return {"", {{Dimension::kPath, std::move(path)}}, {}}; }

TEST(FilterMasks, ClearWhatTheFilterDoesNotLeave) {
  std::mt19937 random(3);
  FilterMasks masks;
  masks.begin(filter_of("/"), 1);
  for (int i = 0; i < 50; ++i) {
    std::array<std::uint8_t, 128> left;
    std::array<std::uint8_t, 128> mask;
    std::array<std::uint8_t, 128> both;
    for (std::size_t row = 0; row < left.size(); ++row) {
      left[row] = random() % 2;
      mask[row] = random() % 2;
      both[row] = left[row] & mask[row];
    }
    masks.keep(0, left);

    EXPECT_EQ(masks.find(0, mask), Known::kMask);

    EXPECT_EQ(mask, both);
  }
}

TEST(FilterMasks, KnowNothingOfOtherChunks) {
  std::array<std::uint8_t, 64> mask;
  mask.fill(1);
  FilterMasks masks;
  EXPECT_EQ(masks.find(0, mask), Known::kNothing);
  masks.begin(filter_of("/"), 3);
  masks.keep_no_row(1);

  EXPECT_EQ(masks.find(0, mask), Known::kNothing);
  EXPECT_EQ(masks.find(1, mask), Known::kNoRow);
  EXPECT_EQ(masks.find(3, mask), Known::kNothing);

  masks.keep(0, mask);
  std::array<std::uint8_t, 128> longer;
  longer.fill(1);
  EXPECT_EQ(masks.find(0, longer), Known::kNothing);  // Not what it was.
}

TEST(FilterMasks, AreOfOneFilterAndOfAsManyChunks) {
  FilterMasks masks;
  EXPECT_FALSE(masks.is_about(filter_of("/a"), 0));
  masks.begin(filter_of("/a"), 2);
  EXPECT_TRUE(masks.is_about(filter_of("/a"), 2));
  EXPECT_FALSE(masks.is_about(filter_of("/a"), 3));
  EXPECT_FALSE(masks.is_about(filter_of("/b"), 2));
  Filter of_people = filter_of("/a");
  of_people.is_bot = false;
  EXPECT_FALSE(masks.is_about(of_people, 2));
  masks.clear();
  EXPECT_FALSE(masks.is_about(filter_of("/a"), 2));
}

TEST(FilterMasks, HaveABound) {
  std::array<std::uint8_t, 64> mask;
  mask.fill(1);
  FilterMasks masks;
  masks.begin(filter_of("/"), 10 * FilterMasks::kChunksMax);
  for (std::size_t chunk = 0; chunk < 10 * FilterMasks::kChunksMax; ++chunk) {
    masks.keep(chunk, mask);
    EXPECT_EQ(masks.find(chunk, mask),
              chunk < FilterMasks::kChunksMax ? Known::kMask : Known::kNothing);
  }
}

}  // namespace
}  // namespace penstock::store
