// A part of columns in memory, for tests.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "event/row.h"
#include "store/columns/blocks.h"
#include "store/columns/chunk_builder.h"
#include "store/columns/columns.h"

namespace penstock::store {

inline constexpr crypto::HashKey kTestKey{1, 2, 3};

class MemoryPart {
 public:
  explicit MemoryPart(const crypto::HashKey& key = kTestKey) : key_(key) {}

  void add(std::int64_t row_id, const event::Row& row) {
    ASSERT_TRUE(builder_.add(row_id, row).has_value());
    if (builder_.is_full()) seal();
  }
  void seal() {
    if (builder_.rows() == 0) return;
    auto chunk = builder_.seal(static_cast<std::uint32_t>(chunks_.size()), blocks_, key_);
    ASSERT_TRUE(chunk.has_value());
    chunks_.push_back(*chunk);
  }

  // Of what is sealed; lent until the next seal().
  Columns columns() { return Columns(blocks_, chunks_, key_); }
  MemoryBlocks& blocks() { return blocks_; }

 private:
  crypto::HashKey key_;
  MemoryBlocks blocks_;
  Dictionaries words_{nullptr};
  ChunkBuilder builder_{words_};
  std::vector<ChunkInfo> chunks_;
};

}  // namespace penstock::store
