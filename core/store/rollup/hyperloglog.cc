#include "store/rollup/hyperloglog.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace penstock::store {
namespace {

constexpr int kRankBits = 64 - HyperLogLog::kIndexBits;
constexpr int kRankMax = kRankBits + 1;
constexpr char kSparseKind = 1;
constexpr char kDenseKind = 2;
constexpr std::size_t kSparseEntryBytes = 3;

// Fewer are not worth the clearing of a table.
constexpr std::size_t kManyHashes = 32;

std::uint32_t index_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> kRankBits); }

// The guard bit ends the run at kRankMax where every bit of the rest is zero.
std::uint8_t rank_of(std::uint64_t hash) {
  const std::uint64_t rest =
      (hash << HyperLogLog::kIndexBits) | (std::uint64_t{1} << (HyperLogLog::kIndexBits - 1));
  return static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
}

// Where a hash falls.
struct Place {
  std::uint32_t index;
  std::uint8_t rank;
};

Place place_of(std::uint64_t hash) { return {index_of(hash), rank_of(hash)}; }

// Hashes as sparse entries, without a search and a move for each.
class SparseTable {
 public:
  void add(Place place) {
    ranks_[place.index] = std::max(ranks_[place.index], place.rank);
    used_[place.index / 64] |= std::uint64_t{1} << place.index % 64;
  }
  std::size_t size() const {
    std::size_t size = 0;
    for (const std::uint64_t bits : used_) size += static_cast<std::size_t>(std::popcount(bits));
    return size;
  }
  // Of all registers; zero where there was no hash.
  std::span<const std::uint8_t> ranks() const { return ranks_; }
  std::vector<std::uint32_t> entries() const {
    std::vector<std::uint32_t> entries;
    for (std::uint32_t word = 0; word < used_.size(); ++word) {
      for (std::uint64_t bits = used_[word]; bits != 0; bits &= bits - 1) {
        const std::uint32_t index = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
        entries.push_back(index << 8 | ranks_[index]);
      }
    }
    return entries;
  }

 private:
  std::array<std::uint8_t, HyperLogLog::kRegisters> ranks_{};
  std::array<std::uint64_t, HyperLogLog::kRegisters / 64> used_{};
};

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

// Ertl's corrections for registers that are still zero and for those that cannot grow any more.
double sigma(double x) {
  if (x >= 1.0) return std::numeric_limits<double>::infinity();
  double y = 1.0;
  double z = x;
  for (double previous = -1.0; z != previous; y += y) {
    x *= x;
    previous = z;
    z += x * y;
  }
  return z;
}

double tau(double x) {
  if (x <= 0.0 || x >= 1.0) return 0.0;
  double y = 1.0;
  double z = 1.0 - x;
  for (double previous = -1.0; z != previous;) {
    x = std::sqrt(x);
    previous = z;
    y *= 0.5;
    z -= (1.0 - x) * (1.0 - x) * y;
  }
  return z / 3.0;
}

}  // namespace

void HyperLogLog::add(std::uint64_t hash) { raise(index_of(hash), rank_of(hash)); }

template <class PlaceAt>
void HyperLogLog::add_each(std::size_t count, PlaceAt place_at) {
  if (!dense_.empty()) {
    std::uint8_t* const ranks = dense_.data();
    for (std::size_t i = 0; i < count; ++i) {
      const Place place = place_at(i);
      ranks[place.index] = std::max(ranks[place.index], place.rank);
    }
  } else if (count < kManyHashes) {
    for (std::size_t i = 0; i < count; ++i) {
      const Place place = place_at(i);
      raise(place.index, place.rank);
    }
  } else {
    SparseTable table;
    for (std::size_t i = 0; i < count; ++i) table.add(place_at(i));
    if (table.size() <= kSparseMax) return merge_sparse(table.entries());
    make_dense();
    merge_dense(table.ranks());
  }
}

void HyperLogLog::add_all(std::span<const std::uint64_t> hashes) {
  add_each(hashes.size(), [&](std::size_t i) { return place_of(hashes[i]); });
}

void HyperLogLog::add_all(std::span<const std::uint32_t> upper,
                          std::span<const std::uint32_t> lower) {
  constexpr int kIndexShift = 32 - kIndexBits;
  const std::uint32_t* const halves = upper.data();
  add_each(upper.size(), [&](std::size_t i) -> Place {
    const std::uint32_t half = halves[i];
    if (needs_lower(half)) [[unlikely]]
      return place_of(std::uint64_t{half} << 32 | lower[i]);
    return {half >> kIndexShift,
            static_cast<std::uint8_t>(std::countl_zero(half << kIndexBits) + 1)};
  });
}

void HyperLogLog::merge_dense(std::span<const std::uint8_t> ranks) {
  for (std::size_t i = 0; i < kRegisters; ++i) dense_[i] = std::max(dense_[i], ranks[i]);
}

void HyperLogLog::raise(std::uint32_t index, std::uint8_t rank) {
  if (!dense_.empty()) {
    dense_[index] = std::max(dense_[index], rank);
    return;
  }
  const auto at = std::lower_bound(sparse_.begin(), sparse_.end(), index << 8);
  if (at != sparse_.end() && *at >> 8 == index) {
    *at = std::max(*at, index << 8 | rank);
    return;
  }
  if (sparse_.size() < kSparseMax) {
    sparse_.insert(at, index << 8 | rank);
    return;
  }
  make_dense();
  dense_[index] = std::max(dense_[index], rank);
}

void HyperLogLog::make_dense() {
  dense_.assign(kRegisters, 0);
  for (const std::uint32_t entry : sparse_) {
    dense_[entry >> 8] = static_cast<std::uint8_t>(entry & 0xff);
  }
  sparse_ = {};
}

void HyperLogLog::merge_sparse(std::span<const std::uint32_t> entries) {
  std::vector<std::uint32_t> merged;
  if (dense_.empty()) {
    merged.reserve(sparse_.size() + entries.size());
    std::size_t at = 0;
    for (const std::uint32_t entry : entries) {
      const std::uint32_t index = entry >> 8;
      while (at < sparse_.size() && sparse_[at] >> 8 < index) merged.push_back(sparse_[at++]);
      const bool is_there = at < sparse_.size() && sparse_[at] >> 8 == index;
      merged.push_back(is_there ? std::max(sparse_[at++], entry) : entry);
    }
    merged.insert(merged.end(), sparse_.begin() + static_cast<std::ptrdiff_t>(at), sparse_.end());
    if (merged.size() <= kSparseMax) {
      sparse_ = std::move(merged);
      return;
    }
    make_dense();
  }
  for (const std::uint32_t entry : entries) raise(entry >> 8, static_cast<std::uint8_t>(entry));
}

void HyperLogLog::merge(const HyperLogLog& other) {
  if (other.dense_.empty()) return merge_sparse(other.sparse_);
  if (dense_.empty()) make_dense();
  merge_dense(other.dense_);
}

double HyperLogLog::estimate() const {
  std::array<std::uint32_t, kRankMax + 1> registers{};  // How many hold each rank.
  if (dense_.empty()) {
    registers[0] = static_cast<std::uint32_t>(kRegisters - sparse_.size());
    for (const std::uint32_t entry : sparse_) ++registers[entry & 0xff];
  } else {
    // Most ranks are the same few: counted by turns, no addition waits for the one before.
    constexpr std::size_t kTurns = 4;
    std::array<std::array<std::uint32_t, kRankMax + 1>, kTurns> turns{};
    for (std::size_t i = 0; i < kRegisters; ++i) ++turns[i % kTurns][dense_[i]];
    for (std::size_t rank = 0; rank < registers.size(); ++rank) {
      for (const auto& turn : turns) registers[rank] += turn[rank];
    }
  }

  constexpr double kM = kRegisters;
  double z = kM * tau(1.0 - registers[kRankMax] / kM);
  for (std::size_t rank = kRankBits; rank >= 1; --rank) z = 0.5 * (z + registers[rank]);
  z += kM * sigma(registers[0] / kM);
  constexpr double kAlpha = 0.721347520444481703680;  // 1 / (2 ln 2)
  return kAlpha * kM * kM / z;
}

std::uint64_t HyperLogLog::count() const {
  return static_cast<std::uint64_t>(std::llround(estimate()));
}

void HyperLogLog::append_to(std::string& out) const {
  if (!dense_.empty()) {
    out += kDenseKind;
    for (const std::uint8_t rank : dense_) out += static_cast<char>(rank);
    return;
  }
  out += kSparseKind;
  for (const std::uint32_t entry : sparse_) {
    out += static_cast<char>(entry >> 16 & 0xff);
    out += static_cast<char>(entry >> 8 & 0xff);
    out += static_cast<char>(entry & 0xff);
  }
}

Result<HyperLogLog> HyperLogLog::from_bytes(std::string_view bytes) {
  const auto corrupt = fail(ErrorCode::kCorrupt, "read a visitor sketch");
  if (bytes.empty()) return corrupt;
  const char kind = bytes.front();
  bytes.remove_prefix(1);

  HyperLogLog sketch;
  if (kind == kDenseKind) {
    if (bytes.size() != kRegisters) return corrupt;
    sketch.dense_.assign(bytes.begin(), bytes.end());
    const auto highest = *std::max_element(sketch.dense_.begin(), sketch.dense_.end());
    if (highest > kRankMax) return corrupt;
    return sketch;
  }
  if (kind != kSparseKind || bytes.size() % kSparseEntryBytes != 0) return corrupt;
  if (bytes.size() / kSparseEntryBytes > kSparseMax) return corrupt;
  std::int64_t previous = -1;
  for (std::size_t i = 0; i < bytes.size(); i += kSparseEntryBytes) {
    const std::uint32_t entry = static_cast<std::uint32_t>(byte_at(bytes, i)) << 16 |
                                static_cast<std::uint32_t>(byte_at(bytes, i + 1)) << 8 |
                                byte_at(bytes, i + 2);
    const std::uint32_t index = entry >> 8;
    const std::uint32_t rank = entry & 0xff;
    if (index >= kRegisters || static_cast<std::int64_t>(index) <= previous || rank == 0 ||
        rank > kRankMax)
      return corrupt;
    previous = index;
    sketch.sparse_.push_back(entry);
  }
  return sketch;
}

}  // namespace penstock::store
