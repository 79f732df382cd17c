#include "crypto/keyed_hash.h"

#include <numeric>

#include <gtest/gtest.h>

namespace penstock::crypto {
namespace {

// The first lines of the reference implementation's vectors (J.-P. Aumasson, D. Bernstein): key 00
// to 0f, texts "", 00, 00 01.
TEST(KeyedHashTest, IsSipHash) {
  HashKey key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  EXPECT_EQ(keyed_hash(key, {}), 0x726fdb47dd0e0e31);
  EXPECT_EQ(keyed_hash(key, {"\0", 1}), 0x74f839c593dc67fd);
  EXPECT_EQ(keyed_hash(key, {"\0\1", 2}), 0x0d6c8009d9a94f5a);
}

TEST(KeyedHashTest, KeysDiffer) {
  const HashKey first = random_hash_key();
  const HashKey second = random_hash_key();
  EXPECT_NE(first, second);
  EXPECT_NE(keyed_hash(first, "a text"), keyed_hash(second, "a text"));
}

}  // namespace
}  // namespace penstock::crypto
