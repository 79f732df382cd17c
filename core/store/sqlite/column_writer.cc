#include "store/sqlite/column_writer.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/text.h"
#include "store/sqlite/recount.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/visit_tables.h"

namespace penstock::store {
namespace {

// A day that few rows come to is not looked at for them: ColumnUpkeep finds it.
constexpr std::uint64_t kStoredBeforeStart = 1'024;
constexpr std::uint64_t kCountedMax = 4 * std::uint64_t{kChunkRowsMax};
constexpr std::int64_t kFirstRow = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLastRow = std::numeric_limits<std::int64_t>::max();
constexpr const char* kCountsAtOnce = "5000";

// Passes on what a chunk lacks, and the words that are new.
class LaterColumns final : public BlockSink {
 public:
  explicit LaterColumns(BlockSink& sink) : sink_(sink) {}

  Result<void> put(const BlockId& id, std::string_view bytes) override {
    if (id.kind == BlockKind::kValues && !is_later_column(id.column)) return {};
    return sink_.put(id, bytes);
  }

 private:
  BlockSink& sink_;
};

}  // namespace

ColumnWriter::ColumnWriter(sqlite::Database& database) : database_(database), blocks_(database) {}

Result<void> ColumnWriter::start(const crypto::HashKey& key) {
  if (key_) return {};
  auto found = read_dictionary_key(database_);
  if (!found) return fail(found.error());
  if (!*found) PENSTOCK_TRY(write_dictionary_key(database_, key));
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  if (!chunks->empty()) last_ = chunks->back();
  PENSTOCK_TRY(count_unsealed());
  key_ = *found ? **found : key;
  words_.emplace(&blocks_);
  builder_.emplace(*words_);
  return {};
}

Result<void> ColumnWriter::count_unsealed() {
  auto count =
      database_.prepare("SELECT count(*) FROM (SELECT 1 FROM events WHERE rowid > ? LIMIT ?)");
  if (!count) return fail(count.error());
  count->bind(1, last_ ? last_->last_row : kFirstRow);
  count->bind(2, kCountedMax);
  PENSTOCK_TRY(count->step());
  unsealed_ = static_cast<std::uint64_t>(count->integer(0));
  return {};
}

ChunkInfo ColumnWriter::next() const {
  ChunkInfo chunk{};
  chunk.first_row = kFirstRow;
  if (!last_) return chunk;
  if (last_->rows < kChunkRowsMax) return *last_;
  chunk.number = last_->number + 1;
  chunk.first_row = last_->last_row + 1;
  return chunk;
}

Result<void> ColumnWriter::stored(std::int64_t row_id, const event::Row& row,
                                  const crypto::HashKey& key) {
  if (!key_) {
    if (++stored_ < kStoredBeforeStart) return {};
    PENSTOCK_TRY(start(key));  // Counts this one too.
    if (unsealed_ + next().rows < kChunkRowsMax) {
      PENSTOCK_TRY(gather(next().first_row, kLastRow));
      is_fed_ = true;
    }
  } else {
    ++unsealed_;
    if (is_fed_) PENSTOCK_TRY(builder_->add(row_id, row));
  }
  if (unsealed_ + next().rows < kChunkRowsMax) return {};
  auto sealed = seal_next(key);
  return sealed ? Result<void>() : fail(sealed.error());
}

Result<bool> ColumnWriter::seal_next(const crypto::HashKey& key) {
  PENSTOCK_TRY(start(key));
  if (unsealed_ == 0) return false;
  const ChunkInfo chunk = next();
  auto is_changed = has_changed(chunk.first_row);
  if (!is_changed) return fail(is_changed.error());
  if (!is_fed_ || *is_changed) PENSTOCK_TRY(gather(chunk.first_row, kLastRow));
  // Rows of the unfinished chunk may have been removed, and all others too.
  if (builder_->rows() == 0) {
    PENSTOCK_TRY(remove_chunks_from(chunk.number));
    return false;
  }
  PENSTOCK_TRY(seal(chunk.number));
  return true;
}

Result<bool> ColumnWriter::has_changed(std::int64_t first_row) {
  auto changed = database_.prepare("SELECT EXISTS (SELECT 1 FROM changed_rows WHERE id >= ?)");
  if (!changed) return fail(changed.error());
  changed->bind(1, first_row);
  PENSTOCK_TRY(changed->step());
  return changed->integer(0) != 0;
}

// While some are noted readers pass the totals over, so one count at the end is enough.
Result<void> ColumnWriter::forget_changes(std::int64_t first_row, std::int64_t last_row) {
  auto forget = database_.prepare("DELETE FROM changed_rows WHERE id >= ? AND id <= ?");
  if (!forget) return fail(forget.error());
  PENSTOCK_TRY(forget->bind(1, first_row).bind(2, last_row).run());
  if (database_.changes() == 0) return {};
  auto are_more = has_changed(kFirstRow);
  if (!are_more) return fail(are_more.error());
  return *are_more ? Result<void>() : recount_totals(database_);
}

Result<void> ColumnWriter::gather(std::int64_t first_row, std::int64_t last_row) {
  builder_->clear();
  is_fed_ = false;
  auto rows = database_.prepare(
      str_cat("SELECT rowid,", kRowColumns,
              " FROM events WHERE rowid >= ? AND rowid <= ? ORDER BY rowid LIMIT ?"));
  if (!rows) return fail(rows.error());
  rows->bind(1, first_row).bind(2, last_row).bind(3, kChunkRowsMax);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    PENSTOCK_TRY(builder_->add(rows->integer(0), row_of(*rows, 1)));
  }
}

Result<void> ColumnWriter::seal(std::uint32_t number) {
  if (last_ && number <= last_->number) PENSTOCK_TRY(blocks_.remove_chunk(number));
  auto chunk = builder_->seal(number, blocks_, *key_);
  if (!chunk) return fail(chunk.error());
  PENSTOCK_TRY(write_chunk(database_, *chunk));
  PENSTOCK_TRY(void_visits(database_));
  if (last_ && number < last_->number) return {};
  last_ = *chunk;
  PENSTOCK_TRY(count_unsealed());
  is_fed_ = unsealed_ == 0 && chunk->rows == kChunkRowsMax;
  return {};
}

Result<void> ColumnWriter::remove_chunks_from(std::uint32_t number) {
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  PENSTOCK_TRY(void_visits(database_));
  last_.reset();
  for (const ChunkInfo& chunk : *chunks) {
    if (chunk.number < number) {
      last_ = chunk;
      continue;
    }
    PENSTOCK_TRY(blocks_.remove_chunk(chunk.number));
    auto remove = database_.prepare("DELETE FROM chunks WHERE number = ?");
    if (!remove) return fail(remove.error());
    PENSTOCK_TRY(remove->bind(1, chunk.number).run());
  }
  return count_unsealed();
}

Result<bool> ColumnWriter::renew_next(const crypto::HashKey& key) {
  PENSTOCK_TRY(start(key));
  auto changed = read_changed_rows(database_);
  if (!changed) return fail(changed.error());
  if (changed->empty()) return false;
  if (!last_ || changed->front() > last_->last_row) {
    if (unsealed_ > 0) return false;  // They are in no chunk yet.
    PENSTOCK_TRY(forget_changes(kFirstRow, kLastRow));
    return true;
  }
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  // The chunk that has the row, or would have it.
  std::int64_t first_row = kFirstRow;
  std::size_t at = 0;
  for (; (*chunks)[at].last_row < changed->front(); ++at) first_row = (*chunks)[at].last_row + 1;
  const ChunkInfo chunk = (*chunks)[at];

  auto count = database_.prepare("SELECT count(*) FROM events WHERE rowid >= ? AND rowid <= ?");
  if (!count) return fail(count.error());
  count->bind(1, first_row).bind(2, chunk.last_row);
  PENSTOCK_TRY(count->step());
  const std::int64_t rows = count->integer(0);
  count->reset();
  if (rows == 0 || rows > kChunkRowsMax) {
    // Nothing is left of it, or somebody put more rows between: all behind it is sealed anew.
    PENSTOCK_TRY(remove_chunks_from(chunk.number));
    PENSTOCK_TRY(forget_changes(first_row, kLastRow));
    return true;
  }
  PENSTOCK_TRY(gather(first_row, chunk.last_row));
  PENSTOCK_TRY(seal(chunk.number));
  PENSTOCK_TRY(forget_changes(first_row, chunk.last_row));
  return true;
}

// Its other columns, and the visits that are made of them, stay as they are.
Result<bool> ColumnWriter::fill_next(const crypto::HashKey& key) {
  PENSTOCK_TRY(start(key));
  auto number = blocks_.unfilled_chunk();
  if (!number) return fail(number.error());
  if (!*number) return false;
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  const auto chunk = std::find_if(chunks->begin(), chunks->end(),
                                  [&](const ChunkInfo& one) { return one.number == **number; });
  for (ColumnNumber column = kFirstLaterColumn; column <= kLastLaterColumn; ++column) {
    PENSTOCK_TRY(blocks_.remove(column, **number));
  }
  if (chunk == chunks->end()) return true;
  PENSTOCK_TRY(gather(chunk == chunks->begin() ? kFirstRow : std::prev(chunk)->last_row + 1,
                      chunk->last_row));
  if (builder_->rows() != chunk->rows) {
    // Somebody has put rows between, unnoted: all behind them is sealed anew.
    PENSTOCK_TRY(remove_chunks_from(chunk->number));
    return true;
  }
  LaterColumns sink(blocks_);
  auto written = builder_->write(chunk->number, sink, *key_);
  builder_->clear();
  return written ? Result<bool>(true) : fail(written.error());
}

Result<bool> ColumnWriter::drop_old_counts() {
  const std::string statements[] = {
      str_cat("DELETE FROM counts WHERE id IN (SELECT id FROM counts WHERE step = 60 LIMIT ",
              kCountsAtOnce, ")"),
      str_cat("DELETE FROM counts WHERE id IN (SELECT id FROM counts WHERE step = 3600 AND "
              "dimension > 1 LIMIT ",
              kCountsAtOnce, ")"),
      str_cat("DELETE FROM counts WHERE id IN (SELECT id FROM counts WHERE step = 86400 AND "
              "dimension > 1 LIMIT ",
              kCountsAtOnce, ")"),
      "DELETE FROM visitors WHERE step = 60",
  };
  for (const std::string& sql : statements) {
    auto remove = database_.prepare(sql);
    if (!remove) return fail(remove.error());
    PENSTOCK_TRY(remove->run());
    if (database_.changes() > 0) return true;
  }
  return false;
}

}  // namespace penstock::store
