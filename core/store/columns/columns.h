// Reads columns: the chunks of a day, or of what was stored since its last chunk.
//
// Nothing is kept between two calls, so that a question over years needs the memory of one chunk.
// kCorrupt for bytes that no writer wrote.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "crypto/keyed_hash.h"
#include "store/columns/blocks.h"
#include "store/columns/words.h"

namespace penstock::store {

// A chunk: rows that were stored one behind the other, of all projects.
inline constexpr std::uint32_t kChunkRowsMax = 8'192;

struct ChunkInfo {
  std::uint32_t number;  // From 0.
  std::uint32_t rows;    // 1 to kChunkRowsMax.
  std::int64_t first_row;
  std::int64_t last_row;
  std::int64_t first_at_ms;  // The least and the greatest time.
  std::int64_t last_at_ms;
};

class Columns {
 public:
  // How a word is known in a column: by a code, not at all, or maybe among those that had no room
  // (then the rows with kOtherCode have to be asked).
  struct Word {
    enum class Known : std::uint8_t { kCode, kAbsent, kMaybeOther };
    Known known;
    std::uint32_t code;
  };

  // How a chunk has a word column: with codes; not at all, for every row is empty; or not, because
  // too many properties have values in it or it is older than the column: rows have to be asked.
  enum class Kept : std::uint8_t { kCodes, kEmpty, kInRows };

  // Borrows `blocks`.
  Columns(BlockSource& blocks, std::span<const ChunkInfo> chunks, const crypto::HashKey& key)
      : blocks_(blocks), chunks_(chunks), key_(key) {}

  std::span<const ChunkInfo> chunks() const { return chunks_; }

  // A chunk's values, one a row. `out` has room for chunk.rows.
  Result<void> times(const ChunkInfo& chunk, std::span<std::int64_t> out);
  Result<void> rows(const ChunkInfo& chunk, std::span<std::int64_t> out);
  // The halves of the visitors' hashes; the lower one is left out where `lower` is empty.
  Result<void> visitors(const ChunkInfo& chunk, std::span<std::uint32_t> upper,
                        std::span<std::uint32_t> lower);
  Result<Kept> codes(const ChunkInfo& chunk, ColumnNumber column, std::span<std::uint32_t> out);

  // "(other)" is found as kOtherCode.
  Result<Word> find(ColumnNumber column, std::string_view text);
  // All hashes of a column's words in the order of their codes, in pieces; nothing where the
  // dictionary has no words but those of every one.
  Result<void> hashes(
      ColumnNumber column,
      FunctionRef<void(std::uint32_t first_code, std::span<const std::uint64_t> hashes)> visit);
  // Those of some blocks of kHashesABlock codes alone, by the blocks' numbers.
  Result<void> hashes(
      ColumnNumber column, const std::vector<bool>& blocks,
      FunctionRef<void(std::uint32_t first_code, std::span<const std::uint64_t> hashes)> visit);
  Result<std::string> text(ColumnNumber column, std::uint32_t code);
  // Of several, ascending and each once, by their places among `codes`: a block of texts is read
  // once. kCorrupt, behind those that are there, where one is not.
  Result<void> texts(ColumnNumber column, std::span<const std::uint32_t> codes,
                     FunctionRef<void(std::size_t place, std::string_view text)> visit);
  // All of them, in the order of their codes; nothing, as with hashes().
  Result<void> texts(ColumnNumber column,
                     FunctionRef<void(std::uint32_t code, std::string_view text)> visit);

  // Where else the chunks have blocks.
  BlockSource& blocks() { return blocks_; }

  std::uint64_t hash_of(std::string_view text) const { return crypto::keyed_hash(key_, text); }
  const crypto::HashKey& key() const { return key_; }

 private:
  // False where the chunk has no such block.
  Result<bool> numbers(const ChunkInfo& chunk, ColumnNumber column, std::span<std::int64_t> out);
  Result<bool> halves(const ChunkInfo& chunk, ColumnNumber column, std::span<std::uint32_t> out);
  Result<void> whole_visitors(const ChunkInfo& chunk, std::span<std::uint32_t> upper,
                              std::span<std::uint32_t> lower);
  using HashBlock = std::array<std::uint64_t, kHashesABlock>;
  // How many there are; 0 without such a block.
  Result<std::size_t> read_hashes(ColumnNumber column, std::uint32_t number, HashBlock& out);

  BlockSource& blocks_;
  std::span<const ChunkInfo> chunks_;
  crypto::HashKey key_;
};

}  // namespace penstock::store
