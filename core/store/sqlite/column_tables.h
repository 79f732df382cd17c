// Where a day's file keeps its columns: blocks, the list of chunks, the key of its dictionaries'
// hashes, and which rows were changed since (migrations.cc has the tables).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "crypto/keyed_hash.h"
#include "sqlite/sqlite.h"
#include "store/columns/blocks.h"
#include "store/columns/columns.h"

namespace penstock::store {

class SqliteBlocks final : public BlockSource, public BlockSink {
 public:
  // Borrows `database`.
  explicit SqliteBlocks(sqlite::Database& database) : database_(database) {}

  Result<bool> read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) override;
  Result<void> put(const BlockId& id, std::string_view bytes) override;
  // The columns that have values in a chunk, ascending.
  Result<std::vector<ColumnNumber>> columns_of(std::uint32_t chunk);
  // The first chunk that lacks a column which came later (column.h).
  Result<std::optional<std::uint32_t>> unfilled_chunk();
  // A column's values of a chunk.
  Result<void> remove(ColumnNumber column, std::uint32_t chunk);
  // All values of a chunk.
  Result<void> remove_chunk(std::uint32_t number);

 private:
  sqlite::Database& database_;
};

Result<std::vector<ChunkInfo>> read_chunks(sqlite::Database& database);
Result<void> write_chunk(sqlite::Database& database, const ChunkInfo& chunk);

// Nullopt before the first chunk.
Result<std::optional<crypto::HashKey>> read_dictionary_key(sqlite::Database& database);
Result<void> write_dictionary_key(sqlite::Database& database, const crypto::HashKey& key);

// Row ids, ascending.
Result<std::vector<std::int64_t>> read_changed_rows(sqlite::Database& database);

}  // namespace penstock::store
