// Blocks: the pieces that columns are kept in, each under a number of its own. Whoever keeps them,
// a day's file or memory, sees bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/column.h"

namespace penstock::store {

// Numbers are in files.
enum class BlockKind : std::uint8_t {
  kValues = 0,  // A column's values in a chunk: block n is chunk n.
  kHashes = 1,  // A dictionary's hashes: block n is those of kHashesABlock codes.
  kTexts = 2,   // A dictionary's texts: block n is those of kTextsABlock codes.
  kVisits = 3,  // A day's visits (visit_blocks.h).
};

struct BlockId {
  BlockKind kind;
  ColumnNumber column;  // Below 2^24.
  std::uint32_t number;

  // Blocks of one kind and column stand side by side, by their number.
  constexpr std::int64_t packed() const {
    return static_cast<std::int64_t>(kind) << 56 | static_cast<std::int64_t>(column) << 32 | number;
  }
};

class BlockSource {
 public:
  virtual ~BlockSource() = default;

  // Calls `use` with the block's bytes, lent for the call. False where there is no such block.
  virtual Result<bool> read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) = 0;
};

class BlockSink {
 public:
  virtual ~BlockSink() = default;

  // Replaces what was under that number. Bytes are lent for the call.
  virtual Result<void> put(const BlockId& id, std::string_view bytes) = 0;
};

class MemoryBlocks final : public BlockSource, public BlockSink {
 public:
  Result<bool> read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) override;
  Result<void> put(const BlockId& id, std::string_view bytes) override;

  // In no order.
  void visit(FunctionRef<void(std::int64_t packed_id, std::string_view bytes)> visit) const;
  void clear() { blocks_.clear(); }

 private:
  std::unordered_map<std::int64_t, std::string> blocks_;
};

}  // namespace penstock::store
