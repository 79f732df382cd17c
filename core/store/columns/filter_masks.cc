#include "store/columns/filter_masks.h"

#include <array>
#include <cstring>

#include "store/columns/mask_bits.h"

namespace penstock::store {
namespace {

// Eight bytes, 0 or 1, by the bits that they were.
constexpr auto kBytes = [] {
  std::array<std::array<std::uint8_t, 8>, 256> bytes{};
  for (std::size_t bits = 0; bits < bytes.size(); ++bits) {
    for (std::size_t bit = 0; bit < 8; ++bit) {
      bytes[bits][bit] = static_cast<std::uint8_t>(bits >> bit & 1);
    }
  }
  return bytes;
}();

}  // namespace

FilterMasks::Known FilterMasks::find(std::size_t chunk, std::span<std::uint8_t> mask) const {
  const std::lock_guard lock(mutex_);
  if (chunk >= chunks_.size()) return Known::kNothing;
  const auto& [known, bits] = chunks_[chunk];
  if (known != Known::kMask) return known;
  if (bits.size() * 8 != mask.size()) return Known::kNothing;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    std::uint64_t some = 0;
    std::uint64_t left = 0;
    std::memcpy(&some, mask.data() + i * 8, sizeof some);
    std::memcpy(&left, kBytes[bits[i]].data(), sizeof left);
    some &= left;
    std::memcpy(mask.data() + i * 8, &some, sizeof some);
  }
  return Known::kMask;
}

void FilterMasks::keep(std::size_t chunk, std::span<const std::uint8_t> mask) {
  const std::lock_guard lock(mutex_);
  if (chunk >= chunks_.size()) return;
  auto& [known, bits] = chunks_[chunk];
  known = Known::kMask;
  bits.resize(mask.size() / 8);
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = mask_bits(mask.data() + i * 8);
}

void FilterMasks::keep_no_row(std::size_t chunk) {
  const std::lock_guard lock(mutex_);
  if (chunk < chunks_.size()) chunks_[chunk] = {Known::kNoRow, {}};
}

}  // namespace penstock::store
