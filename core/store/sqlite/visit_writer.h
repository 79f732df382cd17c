// Writes a day's visits once all its rows are in chunks, some chunks' work at a time. What is half
// done when the process stops is begun anew.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/error.h"
#include "crypto/keyed_hash.h"
#include "sqlite/sqlite.h"
#include "store/columns/columns.h"
#include "store/columns/visits.h"
#include "store/sqlite/column_tables.h"

namespace penstock::store {

class VisitWriter {
 public:
  // 100,000 rows take some hundredths of a second.
  static constexpr std::size_t kChunksAStep = 12;

  // Borrows `database`, a day's file of this schema version. Nullopt: it is no day's, and there is
  // nothing to write.
  VisitWriter(sqlite::Database& database, std::optional<std::int64_t> day_ms,
              std::size_t chunks_a_step = kChunksAStep);
  ~VisitWriter();

  // Some of the work, inside the caller's transaction; false where none is left. After a failure or
  // a transaction that was not committed call forget().
  Result<bool> write_next();
  void forget();

 private:
  struct Work;

  // Whether the visits that are there are of the chunks that are there.
  Result<bool> is_written();
  Result<void> begin();
  // Of one chunk.
  Result<void> go_on();
  Result<void> gather();
  Result<void> write_places();
  Result<void> finish();

  sqlite::Database& database_;
  SqliteBlocks blocks_;
  const std::optional<std::int64_t> day_ms_;
  const std::size_t chunks_a_step_;
  std::unique_ptr<Work> work_;
};

// All of a day's blocks at once, from its chunks: what the check compares with.
Result<void> write_all_visits(BlockSource& source, std::span<const ChunkInfo> chunks,
                              const crypto::HashKey& key, std::int64_t day_ms, BlockSink& sink);

}  // namespace penstock::store
