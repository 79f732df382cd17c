// The dictionary of one word column while it is written: a text's code, given in the order of
// coming. What it knows stays until it is destroyed; what is new is written in whole blocks.
//
// Texts count as one word only when they are equal, whatever their hashes say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/keyed_hash.h"
#include "store/columns/blocks.h"

namespace penstock::store {

// Words of a block: hashes are read whole, texts for few winners alone.
inline constexpr std::uint32_t kHashesABlock = 4'096;
inline constexpr std::uint32_t kTextsABlock = 64;

class Words {
 public:
  // At most words_max(column) words; further ones are kOtherCode.
  explicit Words(ColumnNumber column);

  // As it was written by flush().
  static Result<Words> load(BlockSource& blocks, ColumnNumber column);

  // A text of at most kDimensionValueBytesMax bytes.
  std::uint32_t code_of(std::string_view text);
  std::string_view text(std::uint32_t code) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::size_t bytes() const;  // Of memory.

  // Writes the blocks that have new words.
  Result<void> flush(BlockSink& sink, const crypto::HashKey& key);

 private:
  std::uint32_t add(std::string_view text);
  void insert_into_table(std::uint32_t code);
  void grow_table();

  ColumnNumber column_;
  std::uint32_t flushed_ = 0;
  std::string texts_;                 // One behind the other, by code.
  std::vector<std::size_t> ends_;     // Of each text.
  std::vector<std::uint64_t> keys_;   // Of the table's, not the file's.
  std::vector<std::uint32_t> table_;  // Open addressing: code plus one, 0 is free.
};

}  // namespace penstock::store
