// Gathers rows until they fill a chunk, and seals them: one block a column, and the words that are
// new. The dictionaries are of a day: they stay over its chunks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "event/row.h"
#include "json/reader.h"
#include "store/columns/columns.h"
#include "store/columns/words.h"

namespace penstock::store {

// Properties of a chunk that get a column: those that most of its rows have.
inline constexpr std::uint32_t kPropertiesAChunk = 32;
// Of one row, the first ones have values here; of the others it is only known that they are there.
inline constexpr std::uint32_t kPropertiesARow = 64;

// The dictionaries of a day, by column, read when they are first needed.
class Dictionaries {
 public:
  // Borrows `blocks`, what was flushed before; null where there is nothing.
  explicit Dictionaries(BlockSource* blocks) : blocks_(blocks) {}

  // Lent as long as this lives.
  Result<Words*> of(ColumnNumber column);
  Result<void> flush(BlockSink& sink, const crypto::HashKey& key);
  std::size_t bytes() const;

 private:
  BlockSource* blocks_;
  std::map<ColumnNumber, Words> words_;
};

class ChunkBuilder {
 public:
  // Borrows `words`.
  explicit ChunkBuilder(Dictionaries& words);

  // Row ids ascend. Requires !is_full(). The row's texts are as they are stored.
  Result<void> add(std::int64_t row_id, const event::Row& row);

  std::uint32_t rows() const { return static_cast<std::uint32_t>(row_ids_.size()); }
  void clear();  // Gives up the rows.
  bool is_full() const { return rows() == kChunkRowsMax; }

  // Writes the chunk and the new words, and begins the next one. Requires rows() > 0.
  Result<ChunkInfo> seal(std::uint32_t number, BlockSink& sink, const crypto::HashKey& key);
  // The same, and goes on with the same rows: a look at an unfinished chunk.
  Result<ChunkInfo> write(std::uint32_t number, BlockSink& sink, const crypto::HashKey& key);

 private:
  struct Property {
    std::uint32_t key;       // Its code among the keys.
    std::uint32_t position;  // The row's.
    std::uint32_t begin;     // Of the value in values_.
    std::uint32_t bytes;
  };

  Result<void> add_word(std::size_t slot, std::string_view text);
  Result<void> add_properties(std::string_view properties);
  bool repeat_properties(std::string_view properties);
  Result<void> write_properties(std::uint32_t number, BlockSink& sink);

  Dictionaries& words_;
  std::vector<Words*> words_of_slot_;  // Null until a word is needed.
  json::Reader reader_;
  // The properties that were read last, where the reader may look behind them; empty where the rows
  // since then are given up or they could not be read.
  std::string text_;
  std::size_t first_property_ = 0;  // Theirs, in properties_.
  std::size_t property_count_ = 0;
  std::vector<std::int64_t> row_ids_;
  std::vector<std::int64_t> times_;
  std::vector<std::uint32_t> upper_visitors_;  // The hashes' halves.
  std::vector<std::uint32_t> lower_visitors_;
  std::vector<std::vector<std::uint32_t>> codes_;  // By slot: bots, project, dimensions.
  std::vector<Property> properties_;
  std::set<std::uint32_t> unheld_keys_;  // Of properties whose values are in the rows alone.
  std::string values_;
};

// The value of a property as words and filters mean it: a text, or a number's, true's, false's or
// null's JSON; no value for what has members or elements. Cut like a dimension's.
Result<void> visit_properties(
    json::Reader& reader, std::string_view properties,
    FunctionRef<Result<void>(std::string_view key, std::string_view value)> visit);

}  // namespace penstock::store
