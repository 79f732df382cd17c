#include "store/columns/filter_masks.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

using Known = FilterMasks::Known;

TEST(FilterMasks, ClearWhatTheFilterDoesNotLeave) {
  std::mt19937 random(3);
  FilterMasks masks(1);
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
  FilterMasks masks(3);
  masks.keep_no_row(1);

  EXPECT_EQ(masks.find(0, mask), Known::kNothing);
  EXPECT_EQ(masks.find(1, mask), Known::kNoRow);
  EXPECT_EQ(masks.find(3, mask), Known::kNothing);

  masks.keep(0, mask);
  std::array<std::uint8_t, 128> longer;
  longer.fill(1);
  EXPECT_EQ(masks.find(0, longer), Known::kNothing);  // Not what it was.
}

TEST(FilterMasks, HaveABound) {
  std::array<std::uint8_t, 64> mask;
  mask.fill(1);
  FilterMasks masks(10 * FilterMasks::kChunksMax);
  for (std::size_t chunk = 0; chunk < 10 * FilterMasks::kChunksMax; ++chunk) {
    masks.keep(chunk, mask);
    EXPECT_EQ(masks.find(chunk, mask),
              chunk < FilterMasks::kChunksMax ? Known::kMask : Known::kNothing);
  }
}

}  // namespace
}  // namespace penstock::store
