// HyperLogLog: counts distinct things in a few kilobytes, with a standard error of 1.6 %.
//
// 4,096 registers, each the longest run of leading zeros among the hashes that fell to it. Few
// things are kept as a sorted list of registers, so that a quiet minute costs bytes and not pages.
// The count is Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches",
// 2017), which has no bias at any size and needs no tables. Sketches merge without loss, so an
// hour's visitors are those of its minutes, each counted once. A value; no locking.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::store {

class HyperLogLog {
 public:
  static constexpr int kIndexBits = 12;
  static constexpr std::size_t kRegisters = std::size_t{1} << kIndexBits;
  // Above this a sorted list would be as large as the registers themselves.
  static constexpr std::size_t kSparseMax = 1'024;

  // `hash` must be of good quality in all 64 bits.
  void add(std::uint64_t hash);
  void add_all(std::span<const std::uint64_t> hashes);
  // Hashes by their halves. `lower` may be empty where needs_lower() is of none of `upper`.
  void add_all(std::span<const std::uint32_t> upper, std::span<const std::uint32_t> lower);
  // Whether a hash's upper half does not say all that is counted of it: one in a million.
  static constexpr bool needs_lower(std::uint32_t upper) { return upper << kIndexBits == 0; }
  void merge(const HyperLogLog& other);

  double estimate() const;
  std::uint64_t count() const;  // estimate(), rounded.
  bool is_empty() const { return sparse_.empty() && dense_.empty(); }

  // Form for the database: a kind byte, then 3 bytes a sparse entry or 4,096 registers.
  void append_to(std::string& out) const;
  // kCorrupt for bytes that append_to() does not write.
  static Result<HyperLogLog> from_bytes(std::string_view bytes);

 private:
  // `place_at` gives where the hash of a number falls.
  template <class PlaceAt>
  void add_each(std::size_t count, PlaceAt place_at);
  void raise(std::uint32_t index, std::uint8_t rank);
  // Entries as those of sparse_.
  void merge_sparse(std::span<const std::uint32_t> entries);
  void make_dense();
  // Of dense_, by the ranks of all registers.
  void merge_dense(std::span<const std::uint8_t> ranks);

  // Index in the upper bits, rank in the lower eight; ascending, one entry an index.
  std::vector<std::uint32_t> sparse_;
  std::vector<std::uint8_t> dense_;  // Empty, or kRegisters long; then sparse_ is empty.
};

}  // namespace penstock::store
