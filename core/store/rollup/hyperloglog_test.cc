#include "store/rollup/hyperloglog.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.h"

namespace penstock::store {
namespace {

// 1.04 / sqrt(4096), the standard error of the method.
constexpr double kSigma = 0.01625;

HyperLogLog sketch_of(std::uint64_t first, std::uint64_t count) {
  HyperLogLog sketch;
  for (std::uint64_t i = first; i < first + count; ++i) {
    sketch.add(hash64({reinterpret_cast<const char*>(&i), sizeof i}));
  }
  return sketch;
}

std::string bytes_of(const HyperLogLog& sketch) {
  std::string bytes;
  sketch.append_to(bytes);
  return bytes;
}

// Every size from sparse to full, with many disjoint sets each. An error is normally distributed:
// of twenty sets one may well lie beyond three standard errors, two are a fault.
TEST(HyperLogLog, StaysWithinThreeSigmaOfTheExactCount) {
  constexpr int kSets = 20;
  for (const std::uint64_t count :
       std::initializer_list<std::uint64_t>{10, 100, 900, 1'100, 3'000, 10'000, 30'000, 100'000}) {
    int outliers = 0;
    double squares = 0;
    for (std::uint64_t set = 0; set < kSets; ++set) {
      const double exact = static_cast<double>(count);
      const double error = sketch_of(set * 1'000'000, count).estimate() / exact - 1.0;
      squares += error * error;
      if (std::abs(error) > 3 * kSigma + 0.5 / exact) ++outliers;
    }
    EXPECT_LE(outliers, 1) << count;
    EXPECT_LE(std::sqrt(squares / kSets), 1.5 * kSigma + 0.5 / static_cast<double>(count)) << count;
  }
}

TEST(HyperLogLog, HasNoBiasOverManySets) {
  double sum = 0;
  constexpr int kSets = 60;
  for (std::uint64_t set = 0; set < kSets; ++set) {
    sum += sketch_of(set * 1'000'000, 8'000).estimate();
  }
  EXPECT_NEAR(sum / kSets, 8'000.0, 3 * kSigma * 8'000 / std::sqrt(double{kSets}));
}

TEST(HyperLogLog, CountsNothingAndOneExactly) {
  EXPECT_EQ(HyperLogLog().count(), 0u);
  EXPECT_EQ(sketch_of(0, 1).count(), 1u);
}

TEST(HyperLogLog, IgnoresRepeats) {
  HyperLogLog once = sketch_of(0, 5'000);
  HyperLogLog twice = sketch_of(0, 5'000);
  twice.merge(sketch_of(0, 5'000));

  EXPECT_EQ(bytes_of(once), bytes_of(twice));
}

// A merged sketch must be the very sketch of the union, whichever of the two forms each side has.
TEST(HyperLogLog, MergesToTheSketchOfTheUnion) {
  for (const std::uint64_t left : std::initializer_list<std::uint64_t>{0, 50, 5'000}) {
    for (const std::uint64_t right : std::initializer_list<std::uint64_t>{0, 50, 600, 5'000}) {
      HyperLogLog merged = sketch_of(0, left);
      merged.merge(sketch_of(left / 2, right));
      const std::uint64_t end = right == 0 ? left : std::max(left, left / 2 + right);
      const HyperLogLog whole = sketch_of(0, end);

      EXPECT_DOUBLE_EQ(merged.estimate(), whole.estimate()) << left << " and " << right;
    }
  }
}

// All at once, and in pieces of every size, up to where the list becomes registers.
TEST(HyperLogLog, IsTheSameHoweverHashesAreAdded) {
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 6'000; ++i) hashes.push_back(hash64(std::to_string(i % 5'000)));
  for (const std::size_t piece : {1u, 7u, 40u, 300u, 1'500u, 6'000u}) {
    HyperLogLog one;
    HyperLogLog all;
    for (std::size_t first = 0; first < hashes.size(); first += piece) {
      const auto some = std::span(hashes).subspan(first, std::min(piece, hashes.size() - first));
      for (const std::uint64_t hash : some) one.add(hash);
      all.add_all(some);
      ASSERT_EQ(bytes_of(one), bytes_of(all)) << piece << " at " << first;
    }
  }
}

TEST(HyperLogLog, ComesBackFromItsBytes) {
  for (const std::uint64_t count :
       std::initializer_list<std::uint64_t>{0, 3, 1'000, 1'500, 40'000}) {
    const HyperLogLog sketch = sketch_of(7, count);
    const std::string bytes = bytes_of(sketch);
    const auto back = HyperLogLog::from_bytes(bytes);

    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(bytes_of(*back), bytes);
    EXPECT_DOUBLE_EQ(back->estimate(), sketch.estimate());
  }
}

TEST(HyperLogLog, RefusesBytesThatItDoesNotWrite) {
  const std::string sparse = bytes_of(sketch_of(0, 10));
  const std::string dense = bytes_of(sketch_of(0, 9'000));

  std::string descending = sparse;
  std::swap_ranges(descending.begin() + 1, descending.begin() + 4, descending.begin() + 4);
  std::string high_rank = dense;
  high_rank[100] = 54;
  const std::string bad[] = {"",         "\x03",    sparse.substr(0, 5),
                             descending, high_rank, dense.substr(0, dense.size() - 1),
                             dense + "x"};
  for (const std::string& bytes : bad) {
    const auto sketch = HyperLogLog::from_bytes(bytes);
    ASSERT_FALSE(sketch.has_value());
    EXPECT_EQ(sketch.error().code, ErrorCode::kCorrupt);
  }
}

// By their halves too, and where the upper one does not say all; few, many, and on top of many.
TEST(HyperLogLogHalves, MakeTheSameSketch) {
  std::uint64_t hash = 1;
  HyperLogLog whole;
  HyperLogLog halves;
  for (const std::size_t count : {5U, 200U, 9'000U, 50U}) {
    std::vector<std::uint64_t> hashes;
    std::vector<std::uint32_t> upper;
    std::vector<std::uint32_t> lower;
    for (std::size_t i = 0; i < count; ++i) {
      hash = hash * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
      hashes.push_back(i % 4 == 0 ? hash & 0xfff0'0000'0000'00ff : hash);
      upper.push_back(static_cast<std::uint32_t>(hashes.back() >> 32));
      lower.push_back(static_cast<std::uint32_t>(hashes.back()));
      EXPECT_EQ(HyperLogLog::needs_lower(upper.back()), (hashes.back() << 12 >> 44) == 0);
    }
    whole.add_all(hashes);
    halves.add_all(upper, lower);
    std::string a;
    std::string b;
    whole.append_to(a);
    halves.append_to(b);
    EXPECT_EQ(a, b) << count;
  }
}

}  // namespace
}  // namespace penstock::store
