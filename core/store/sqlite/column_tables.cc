#include "store/sqlite/column_tables.h"

#include <algorithm>
#include <limits>

namespace penstock::store {
namespace {

bool is_chunk(const ChunkInfo& chunk, std::int64_t rows, std::int64_t number) {
  return number >= 0 && number <= std::numeric_limits<std::uint32_t>::max() && rows > 0 &&
         rows <= kChunkRowsMax && chunk.first_row <= chunk.last_row &&
         chunk.first_at_ms <= chunk.last_at_ms;
}

}  // namespace

Result<bool> SqliteBlocks::read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) {
  auto row = database_.lend("SELECT bytes FROM blocks WHERE id = ?");
  if (!row) return fail(row.error());
  row->bind(1, id.packed());
  auto has_row = row->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return false;
  use(row->blob(0));
  return true;
}

Result<void> SqliteBlocks::put(const BlockId& id, std::string_view bytes) {
  auto insert = database_.lend("INSERT OR REPLACE INTO blocks VALUES (?, ?)");
  if (!insert) return fail(insert.error());
  return insert->bind(1, id.packed()).bind_blob(2, bytes).run();
}

// By column, not by a look at every block: each is one step of the tree.
Result<std::vector<ColumnNumber>> SqliteBlocks::columns_of(std::uint32_t chunk) {
  auto next = database_.prepare("SELECT id FROM blocks WHERE id >= ? AND id < ? LIMIT 1");
  if (!next) return fail(next.error());
  constexpr int kColumnShift = 32;
  std::vector<ColumnNumber> columns;
  BlockId wanted{BlockKind::kValues, 0, chunk};
  while (true) {
    next->bind(1, wanted.packed()).bind(2, BlockId{BlockKind::kHashes, 0, 0}.packed());
    auto has_row = next->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return columns;
    const auto column = static_cast<ColumnNumber>(next->integer(0) >> kColumnShift);
    const bool is_found = next->integer(0) == BlockId{wanted.kind, column, chunk}.packed();
    next->reset();
    if (is_found) columns.push_back(column);
    // A column whose blocks begin behind this chunk's is not met again.
    wanted.column = is_found || column == wanted.column ? column + 1 : column;
  }
}

Result<std::optional<std::uint32_t>> SqliteBlocks::unfilled_chunk() {
  auto marked = database_.prepare(
      "SELECT min(id & 4294967295) FROM blocks WHERE id >= ? AND id < ? AND length(bytes) = 0");
  if (!marked) return fail(marked.error());
  marked->bind(1, BlockId{BlockKind::kValues, kFirstLaterColumn, 0}.packed());
  marked->bind(2, BlockId{BlockKind::kValues, kLastLaterColumn + 1, 0}.packed());
  PENSTOCK_TRY(marked->step());
  if (marked->is_null(0)) return std::optional<std::uint32_t>();
  return std::optional(static_cast<std::uint32_t>(marked->integer(0)));
}

Result<void> SqliteBlocks::remove(ColumnNumber column, std::uint32_t chunk) {
  auto remove = database_.prepare("DELETE FROM blocks WHERE id = ?");
  if (!remove) return fail(remove.error());
  return remove->bind(1, BlockId{BlockKind::kValues, column, chunk}.packed()).run();
}

Result<void> SqliteBlocks::remove_chunk(std::uint32_t number) {
  auto columns = columns_of(number);
  if (!columns) return fail(columns.error());
  auto remove = database_.prepare("DELETE FROM blocks WHERE id = ?");
  if (!remove) return fail(remove.error());
  for (const ColumnNumber column : *columns) {
    PENSTOCK_TRY(remove->bind(1, BlockId{BlockKind::kValues, column, number}.packed()).run());
  }
  return {};
}

Result<std::vector<ChunkInfo>> read_chunks(sqlite::Database& database) {
  auto rows = database.lend(
      "SELECT number, rows, first_row, last_row, first_at, last_at FROM chunks ORDER BY number");
  if (!rows) return fail(rows.error());
  std::vector<ChunkInfo> chunks;
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return chunks;
    const ChunkInfo chunk{static_cast<std::uint32_t>(rows->integer(0)),
                          static_cast<std::uint32_t>(rows->integer(1)),
                          rows->integer(2),
                          rows->integer(3),
                          rows->integer(4),
                          rows->integer(5)};
    const bool is_behind = chunks.empty() || chunk.first_row > chunks.back().last_row;
    if (!is_behind || !is_chunk(chunk, rows->integer(1), rows->integer(0))) {
      return fail(ErrorCode::kCorrupt, "read the list of chunks");
    }
    chunks.push_back(chunk);
  }
}

Result<void> write_chunk(sqlite::Database& database, const ChunkInfo& chunk) {
  auto insert = database.prepare("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, chunk.number).bind(2, chunk.rows).bind(3, chunk.first_row);
  insert->bind(4, chunk.last_row).bind(5, chunk.first_at_ms).bind(6, chunk.last_at_ms);
  return insert->run();
}

Result<std::optional<crypto::HashKey>> read_dictionary_key(sqlite::Database& database) {
  auto row = database.lend("SELECT key FROM dictionary_key");
  if (!row) return fail(row.error());
  auto has_row = row->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::optional<crypto::HashKey>();
  crypto::HashKey key;
  const std::string_view bytes = row->blob(0);
  if (bytes.size() != key.size()) return fail(ErrorCode::kCorrupt, "read the dictionaries' key");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return std::optional(key);
}

Result<void> write_dictionary_key(sqlite::Database& database, const crypto::HashKey& key) {
  auto insert = database.prepare("INSERT INTO dictionary_key VALUES (?)");
  if (!insert) return fail(insert.error());
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  insert->bind_blob(1, bytes);
  return insert->run();
}

Result<std::vector<std::int64_t>> read_changed_rows(sqlite::Database& database) {
  auto rows = database.lend("SELECT id FROM changed_rows ORDER BY id");
  if (!rows) return fail(rows.error());
  std::vector<std::int64_t> changed;
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return changed;
    changed.push_back(rows->integer(0));
  }
}

}  // namespace penstock::store
