#include "store/sqlite/block_filter.h"

#include <bit>
#include <cstring>

namespace penstock::store {
namespace {

static_assert(std::endian::native == std::endian::little, "a filter is stored as it is");

constexpr std::size_t kBitsPerHash = 12;
constexpr std::size_t kBitsPerBlock = 256;
// Parquet's: odd numbers by which the lower half chooses a bit of each word.
constexpr std::array<std::uint32_t, 8> kSalts = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU,
                                                 0xa2b7289dU, 0x705495c7U, 0x2df1424bU,
                                                 0x9efc4947U, 0x5c6bfb31U};

std::uint32_t bit_of(std::uint64_t hash, std::size_t word) {
  return std::uint32_t{1} << (static_cast<std::uint32_t>(hash) * kSalts[word] >> 27);
}

}  // namespace

BlockFilter::BlockFilter(std::size_t hashes)
    : blocks_(hashes * kBitsPerHash / kBitsPerBlock + 1, Block{}) {}

std::optional<BlockFilter> BlockFilter::of_bytes(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % sizeof(Block) != 0) return std::nullopt;
  BlockFilter filter;
  filter.blocks_.resize(bytes.size() / sizeof(Block));
  std::memcpy(filter.blocks_.data(), bytes.data(), bytes.size());
  return filter;
}

std::size_t BlockFilter::block_of(std::uint64_t hash) const {
  return static_cast<std::size_t>((hash >> 32) * blocks_.size() >> 32);
}

void BlockFilter::add(std::uint64_t hash) {
  Block& block = blocks_[block_of(hash)];
  for (std::size_t word = 0; word < block.size(); ++word) block[word] |= bit_of(hash, word);
}

bool BlockFilter::may_have(std::uint64_t hash) const {
  const Block& block = blocks_[block_of(hash)];
  for (std::size_t word = 0; word < block.size(); ++word) {
    if ((block[word] & bit_of(hash, word)) == 0) return false;
  }
  return true;
}

std::string_view BlockFilter::view() const {
  return {reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * sizeof(Block)};
}

}  // namespace penstock::store
