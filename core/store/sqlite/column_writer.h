// Seals a day's rows into chunks of columns, inside the caller's transactions. After a failure or a
// transaction that was not committed it is not used again.
//
// A chunk is full, or it is the day's last one: that is taken back and sealed anew with what came
// since. So a day has one unfinished chunk at most, however often late rows come.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "crypto/keyed_hash.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/columns/chunk_builder.h"
#include "store/sqlite/column_tables.h"

namespace penstock::store {

class ColumnWriter {
 public:
  // Borrows `database`, a day's file of this schema version.
  explicit ColumnWriter(sqlite::Database& database);

  // A row that was just stored, with its texts as they are stored: seals what it fills. `key` is
  // for a file that has none yet, so that days of one store have the same.
  Result<void> stored(std::int64_t row_id, const event::Row& row, const crypto::HashKey& key);

  // Seals the next chunk, also one that is not full; false where every row is in one.
  Result<bool> seal_next(const crypto::HashKey& key);

  // Makes the first chunk anew of which a row was changed, and with the last of them the day's
  // totals; false where there is none. Until then changed rows stay noted, also where a chunk was
  // sealed as they are now. Not while rows are being stored whose totals are still to come.
  Result<bool> renew_next(const crypto::HashKey& key);

  // Fills the columns that the next chunk lacks, which was sealed by a program that did not have
  // them; false where none does. Call renew_next() before it, until that has nothing to do.
  Result<bool> fill_next(const crypto::HashKey& key);

  // Removes what columns answer since: counts of minutes and of single values. At most some
  // thousand a call; false where there are none.
  Result<bool> drop_old_counts();

 private:
  // Reads where the file stands, once.
  Result<void> start(const crypto::HashKey& key);
  // The number and the first possible row id of the next chunk: the unfinished one's, or behind it.
  ChunkInfo next() const;
  // Whether a row from there on was changed by somebody else.
  Result<bool> has_changed(std::int64_t first_row);
  // Of rows that are sealed as they are now. With the last one the day's totals are right again.
  Result<void> forget_changes(std::int64_t first_row, std::int64_t last_row);
  // Adds rows of the range to the builder, instead of those that it has, until it is full.
  Result<void> gather(std::int64_t first_row, std::int64_t last_row);
  // Of what was gathered; in place of the chunk of that number.
  Result<void> seal(std::uint32_t number);
  Result<void> count_unsealed();
  Result<void> remove_chunks_from(std::uint32_t number);

  sqlite::Database& database_;
  SqliteBlocks blocks_;
  // Nullopt until it was started: most late days never are.
  std::optional<crypto::HashKey> key_;
  std::optional<ChunkInfo> last_;  // Nullopt before the first chunk.
  std::uint64_t unsealed_ = 0;     // Rows behind it; counted up to kCountedMax.
  std::uint64_t stored_ = 0;       // Before it was started.
  // Whether the builder has exactly the rows behind the last chunk: it is then filled as rows come,
  // and they need not be read again.
  bool is_fed_ = false;
  std::optional<Dictionaries> words_;
  std::optional<ChunkBuilder> builder_;
};

}  // namespace penstock::store
