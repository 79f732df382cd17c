// What a filter leaves of a day's chunks, kept for the questions that have the same filter: a page
// asks several at once, and each would read the filter's columns again.
//
// Of conditions alone: rows that lie outside of a range or were changed since are another matter.
// Any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace penstock::store {

class FilterMasks {
 public:
  // Of more chunks than these nothing is kept: 1 KiB each at most, and a day of a million rows has
  // so many.
  static constexpr std::size_t kChunksMax = 128;

  enum class Known : std::uint8_t { kNothing, kNoRow, kMask };

  explicit FilterMasks(std::size_t chunks) : chunks_(std::min(chunks, kChunksMax)) {}

  // Chunks are told by their place among the day's. kMask: bytes of `mask` are cleared where the
  // filter leaves no row.
  Known find(std::size_t chunk, std::span<std::uint8_t> mask) const;

  // A byte a row, 0 or 1; a multiple of eight of them.
  void keep(std::size_t chunk, std::span<const std::uint8_t> mask);
  void keep_no_row(std::size_t chunk);

 private:
  struct Chunk {
    Known known = Known::kNothing;
    std::vector<std::uint8_t> bits;  // Of kMask: eight rows a byte, the first one lowest.
  };

  mutable std::mutex mutex_;
  std::vector<Chunk> chunks_;  // Guarded by mutex_.
};

}  // namespace penstock::store
