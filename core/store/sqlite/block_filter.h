// A split block Bloom filter: of hashes that are in a set it says so, of others nearly always that
// they are not.
//
// A block is 256 bits, one of each of its eight words for a hash; the hash's upper half chooses the
// block, so that ascending hashes walk the filter from its start to its end. With 12 bits a hash
// about 1 in 200 absent ones is taken for a present one.
// Source: Apache Parquet, BloomFilter.md; Putze, Sanders and Singler, "Cache-, Hash- and
// Space-Efficient Bloom Filters", 2007.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace penstock::store {

class BlockFilter {
 public:
  // Room for `hashes`; more may be added, and make it less sure.
  explicit BlockFilter(std::size_t hashes);

  // What view() gave, in a file; nullopt where it is no whole number of blocks.
  static std::optional<BlockFilter> of_bytes(std::string_view bytes);

  // `hash` must be uniform: a cryptographic hash, or one that nobody chooses.
  void add(std::uint64_t hash);
  bool may_have(std::uint64_t hash) const;

  // Little-endian words, lent until the filter changes.
  std::string_view view() const;

 private:
  using Block = std::array<std::uint32_t, 8>;

  BlockFilter() = default;
  std::size_t block_of(std::uint64_t hash) const;

  std::vector<Block> blocks_;
};

}  // namespace penstock::store
