#include "store/columns/int_block.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

std::string block_of(const Numbers& numbers) {
  std::string bytes;
  append_int_block(numbers, bytes);
  return bytes;
}

TEST(IntBlockTest, GivesBackWhatWentIn) {
  for (const Numbers& numbers :
       {Numbers{}, Numbers{7}, Numbers{-1, -1, -1}, Numbers{-1, 0}, Numbers{5, 8, 6, 7, 5},
        Numbers{9, 24, 10, 11}, Numbers{1'000, 1'255, 1'001}, Numbers{-5, 65'530, 0},
        Numbers{1, 0xffff'ffff, 3}, Numbers{kLeast, kGreatest, 0}, Numbers{kGreatest},
        Numbers{kLeast}}) {
    Numbers read(numbers.size());
    ASSERT_TRUE(read_int_block(block_of(numbers), read));
    EXPECT_EQ(read, numbers);
  }
}

// Many of them: the wide loop, and what it leaves.
TEST(IntBlockTest, GivesBackManyOfEachWidth) {
  for (const std::int64_t greatest :
       {1,       3,       15,        16,        255,        256,       511,
        512,     1'023,   4'095,     4'096,     65'535,     65'536,    131'071,
        131'072, 262'143, 1'048'575, 1'048'576, 16'777'215, 16'777'216}) {
    for (const std::size_t count : {63U, 64U, 65U, 127U, 129U, 515U, 8191U, 8192U}) {
      Numbers numbers(count);
      for (std::size_t i = 0; i < count; ++i) {
        numbers[i] = 1'000 + static_cast<std::int64_t>(i * 7'919) % (greatest + 1);
      }
      numbers[count / 2] = 1'000;
      numbers[count / 3] = 1'000 + greatest;
      const std::string block = block_of(numbers);
      Numbers read(count);
      ASSERT_TRUE(read_int_block(block, read));
      EXPECT_EQ(read, numbers) << greatest << ", " << count;
      std::vector<std::uint32_t> codes(count);
      ASSERT_TRUE(read_int_block(block, codes));
      EXPECT_TRUE(std::equal(codes.begin(), codes.end(), numbers.begin()));
    }
  }
}

// As they were written before there were less.
TEST(IntBlockTest, ReadsSmallNumbersOfAByteEach) {
  std::string block("\1\7\0\0\0\0\0\0\0\0\1\3", 12);
  Numbers numbers(3);
  ASSERT_TRUE(read_int_block(block, numbers));
  EXPECT_EQ(numbers, (Numbers{7, 8, 10}));
}

TEST(IntBlockTest, ReadsNumbersOfTwoAndFourBytesThatNeedLess) {
  std::string block("\2\7\0\0\0\0\0\0\0\0\0\1\1", 13);
  Numbers numbers(2);
  ASSERT_TRUE(read_int_block(block, numbers));
  EXPECT_EQ(numbers, (Numbers{7, 264}));
  block.assign("\4\7\0\0\0\0\0\0\0\0\0\0\0\1\0\1\0", 17);
  ASSERT_TRUE(read_int_block(block, numbers));
  EXPECT_EQ(numbers, (Numbers{7, 65'544}));
}

TEST(IntBlockTest, TakesAsFewBytesAsTheDifferencesNeed) {
  EXPECT_EQ(block_of({kGreatest, kGreatest}).size(), 9U);
  EXPECT_EQ(block_of(Numbers{0, 1, 1, 0, 0, 0, 0, 0, 1}).size(), 9U + 2);
  EXPECT_EQ(block_of({3, 0, 1, 2, 1}).size(), 9U + 2);
  EXPECT_EQ(block_of({15, 0, 1}).size(), 9U + 2);
  EXPECT_EQ(block_of({1'000'000, 1'000'255}).size(), 9U + 2);
  EXPECT_EQ(block_of({1'000'000, 1'000'256}).size(), 9U + 3);
  EXPECT_EQ(block_of({-1, 65'535}).size(), 9U + 5);
  for (const auto& [greatest, bits] :
       std::initializer_list<std::pair<std::int64_t, std::size_t>>{{511, 9},
                                                                   {512, 10},
                                                                   {1'024, 12},
                                                                   {4'096, 16},
                                                                   {65'536, 17},
                                                                   {131'072, 18},
                                                                   {262'144, 20},
                                                                   {1'048'576, 24},
                                                                   {16'777'216, 32}}) {
    Numbers numbers(8'192);
    numbers[77] = greatest;
    EXPECT_EQ(block_of(numbers).size(), 9U + 8'192 * bits / 8) << greatest;
  }
  EXPECT_EQ(block_of({0, std::int64_t{1} << 32}).size(), 9U + 16);
}

TEST(IntBlockTest, CodesAreTheSameBlock) {
  const std::vector<std::uint32_t> codes = {3, 0, 70'000};
  std::string bytes;
  append_int_block(codes, bytes);
  EXPECT_EQ(bytes, block_of({3, 0, 70'000}));
  std::vector<std::uint32_t> read(3);
  ASSERT_TRUE(read_int_block(bytes, read));
  EXPECT_EQ(read, codes);
}

TEST(IntBlockTest, RefusesWhatNoWriterWrote) {
  const std::string good = block_of({1, 2, 300});
  Numbers numbers(3);
  ASSERT_TRUE(read_int_block(good, numbers));
  EXPECT_FALSE(read_int_block(good.substr(0, good.size() - 1), numbers));
  EXPECT_FALSE(read_int_block(good + "x", numbers));
  EXPECT_FALSE(read_int_block("", numbers));
  for (const char width : {'\3', '\5', '\11', '\20', '\23', '\30', '\33', '\50', '\60', '\377'}) {
    EXPECT_FALSE(read_int_block(width + good.substr(1) + std::string(900, 'x'), numbers));
  }
  // Codes have no such numbers.
  std::vector<std::uint32_t> codes(2);
  EXPECT_FALSE(read_int_block(block_of({-1, 0}), codes));
  EXPECT_FALSE(read_int_block(block_of({0, std::int64_t{1} << 33}), codes));
  EXPECT_FALSE(read_int_block(block_of({kGreatest, kGreatest}), codes));
}

TEST(IntBlockTest, StandOneBehindTheOther) {
  std::string bytes = block_of({1, 2});
  const std::size_t first = bytes.size();
  bytes += block_of({500, 7, 9});
  EXPECT_EQ(int_block_bytes(bytes, 2).value(), first);
  EXPECT_EQ(int_block_bytes(std::string_view(bytes).substr(first), 3).value(),
            bytes.size() - first);
}

}  // namespace
}  // namespace penstock::store
