#include "store/columns/key_table.h"

#include <unordered_map>

#include <gtest/gtest.h>

#include "base/random.h"

namespace penstock::store {
namespace {

TEST(KeyTable, HasWhatWasPutUnderAKey) {
  KeyTable<int> table;
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table[0], 0);
  table[0] = 7;
  table[64] = 8;  // The same slot, in a table of 64.
  EXPECT_EQ(*table.find(0), 7);
  EXPECT_EQ(*table.find(64), 8);
  EXPECT_EQ(table.find(128), nullptr);
  EXPECT_EQ(table.size(), 2u);
  table.clear();
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table[0], 0);  // Not what it was before.
}

TEST(KeyTable, DoesWhatAMapDoes) {
  KeyTable<std::uint64_t> table;
  Random random(5);
  for (int round = 0; round < 3; ++round) {
    table.clear();
    std::unordered_map<std::uint64_t, std::uint64_t> map;
    for (int i = 0; i < 20'000; ++i) {
      // Some of few slots, and some that are there already.
      std::uint64_t key = random.next() % 5'000;
      if (i % 3 == 0) key <<= 20;
      table[key] += 1;
      map[key] += 1;
    }
    EXPECT_EQ(table.size(), map.size());
    for (const auto& [key, value] : map) EXPECT_EQ(*table.find(key), value);
  }
}

}  // namespace
}  // namespace penstock::store
