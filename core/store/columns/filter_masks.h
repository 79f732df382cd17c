// What a filter leaves of a day's chunks, kept for the next question that has the same filter: a
// page asks several at once, and each would read the filter's columns again.
//
// Of the last filter alone, and of conditions alone: rows that lie outside of a range or were
// changed since are another matter. Whoever keeps it clears it when the chunks may be others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/columns/blocks.h"
#include "store/contract/filter.h"

namespace penstock::store {

class FilterMasks {
 public:
  // Of more chunks than these nothing is kept: 1 KiB each at most, and a day of a million rows has
  // so many.
  static constexpr std::size_t kChunksMax = 128;

  enum class Known : std::uint8_t { kNothing, kNoRow, kMask };

  // Gives no memory back.
  void clear() { chunks_.clear(); }

  bool is_about(const Filter& filter, std::size_t chunks) const {
    return !chunks_.empty() && chunks_.size() == std::min(chunks, kChunksMax) && filter_ == filter;
  }
  // What follows is about this filter, which codes alone decide, and so many chunks.
  void begin(const Filter& filter, std::size_t chunks);

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

  Filter filter_;
  std::vector<Chunk> chunks_;
};

}  // namespace penstock::store
