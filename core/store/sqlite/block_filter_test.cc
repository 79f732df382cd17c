#include "store/sqlite/block_filter.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/random.h"

namespace penstock::store {
namespace {

TEST(BlockFilterTest, HasWhatWasAdded) {
  for (const std::size_t count : {0U, 1U, 21U, 22U, 5'000U}) {
    Random random(count);
    std::vector<std::uint64_t> hashes(count);
    BlockFilter filter(count);
    for (std::uint64_t& hash : hashes) filter.add(hash = random.next());
    for (const std::uint64_t hash : hashes) EXPECT_TRUE(filter.may_have(hash));
  }
}

TEST(BlockFilterTest, TakesFewOthersForPresent) {
  constexpr int kHashes = 100'000;
  Random random(7);
  BlockFilter filter(kHashes);
  for (int i = 0; i < kHashes; ++i) filter.add(random.next());
  int taken = 0;
  for (int i = 0; i < kHashes; ++i) taken += filter.may_have(random.next()) ? 1 : 0;
  EXPECT_LT(taken, kHashes / 100);
  EXPECT_EQ(filter.view().size(), 32U * (kHashes * 12 / 256 + 1));
}

TEST(BlockFilterTest, IsTheSameFromItsBytes) {
  Random random(8);
  BlockFilter filter(1'000);
  std::vector<std::uint64_t> hashes(2'000);
  for (std::uint64_t& hash : hashes) hash = random.next();
  for (std::size_t i = 0; i < 1'000; ++i) filter.add(hashes[i]);
  const auto again = BlockFilter::of_bytes(filter.view());
  ASSERT_TRUE(again.has_value());
  for (const std::uint64_t hash : hashes) {
    EXPECT_EQ(again->may_have(hash), filter.may_have(hash));
  }
}

TEST(BlockFilterTest, RefusesBytesThatAreNone) {
  EXPECT_FALSE(BlockFilter::of_bytes("").has_value());
  EXPECT_FALSE(BlockFilter::of_bytes(std::string(33, 'x')).has_value());
  EXPECT_TRUE(BlockFilter::of_bytes(std::string(64, '\0')).has_value());
}

}  // namespace
}  // namespace penstock::store
