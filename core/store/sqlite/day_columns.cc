#include "store/sqlite/day_columns.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "sqlite/versions.h"
#include "store/columns/chunk_builder.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBeforeAllRows = std::numeric_limits<std::int64_t>::min();

// Rows as a chunk of memory.
class Piece {
 public:
  explicit Piece(const crypto::HashKey& key) : key_(key), words_(nullptr), builder_(words_) {}

  Result<void> add(std::int64_t row_id, const event::Row& row) {
    is_written_ = false;
    return builder_.add(row_id, row);
  }
  std::uint32_t rows() const { return builder_.rows(); }
  bool is_full() const { return builder_.is_full(); }

  Result<void> visit(std::span<const std::int64_t> changed,
                     FunctionRef<Result<void>(const ColumnPart& part)> visit) {
    if (rows() == 0) return {};
    if (!is_written_) {
      auto written = builder_.write(0, blocks_, key_);
      if (!written) return fail(written.error());
      chunk_ = *written;
      is_written_ = true;
    }
    Columns columns(blocks_, {&chunk_, 1}, key_);
    return visit({&columns, changed});
  }

 private:
  const crypto::HashKey key_;
  Dictionaries words_;
  ChunkBuilder builder_;
  MemoryBlocks blocks_;
  ChunkInfo chunk_{};
  bool is_written_ = false;
};

// A file's blocks; of one whose chunks are older than some columns, as if it was noted in it that
// these are asked of the rows (migrations.cc).
class DayBlocks final : public BlockSource {
 public:
  explicit DayBlocks(sqlite::Database& database) : blocks_(database) {}

  void set_older() { is_older_ = true; }

  Result<bool> read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) override {
    if (!is_older_ || id.kind != BlockKind::kValues || !is_later_column(id.column)) {
      return blocks_.read(id, use);
    }
    use({});
    return true;
  }

 private:
  SqliteBlocks blocks_;
  bool is_older_ = false;
};

}  // namespace

struct DayColumns::State {
  State(sqlite::Database& database_of_day, std::shared_ptr<SharedMasks> shared)
      : database(database_of_day), blocks(database_of_day), masks(std::move(shared)) {}

  using Visit = FunctionRef<Result<void>(const ColumnPart& part)>;

  Result<sqlite::ReadTransaction> begin();
  Result<void> at_one_moment(FunctionRef<Result<void>()> ask);
  Result<void> start();
  // Within at_one_moment().
  Result<void> read(Visit visit);
  // Within at_one_moment(): nobody else's commit shows before its end.
  Result<KeptMasks*> masks_now();
  Result<void> read_tail(std::int64_t after, Visit visit);
  Result<void> read_changed(Visit visit);
  Result<sqlite::Statement> select(std::string_view condition) {
    return database.lend(str_cat("SELECT rowid,", kRowColumns, " FROM events WHERE ", condition));
  }

  sqlite::Database& database;
  DayBlocks blocks;
  bool is_held = false;  // A read transaction.
  // Nullopt until the first question.
  std::optional<bool> has_columns;
  // Of the file, or of this reader where the file has none yet.
  std::optional<crypto::HashKey> key;
  bool is_key_of_file = false;
  std::vector<ChunkInfo> chunks;
  std::vector<std::int64_t> changed;
  MasksOfConnection masks;
  // What was stored since the last chunk, kept for the next question, which adds what is new.
  std::optional<Piece> tail;
  std::int64_t tail_after = 0;
  std::int64_t tail_last = 0;
};

Result<void> DayColumns::State::start() {
  if (!has_columns) {
    auto version = sqlite::version_of(database);
    if (!version) return fail(version.error());
    has_columns = *version >= kColumnsVersion;
    if (is_older_version(*version)) blocks.set_older();
  }
  if (is_key_of_file) return {};
  if (*has_columns) {
    auto found = read_dictionary_key(database);
    if (!found) return fail(found.error());
    if (*found) {
      key = **found;
      is_key_of_file = true;
      tail.reset();  // Hashed with the key before.
      return {};
    }
  }
  if (!key) key = crypto::random_hash_key();
  return {};
}

Result<sqlite::ReadTransaction> DayColumns::State::begin() {
  if (!database.is_in_transaction()) masks.look();
  return sqlite::ReadTransaction::begin(database);
}

Result<void> DayColumns::State::at_one_moment(FunctionRef<Result<void>()> ask) {
  if (is_held) return ask();
  auto transaction = begin();
  if (!transaction) return fail(transaction.error());
  is_held = true;
  auto done = ask();
  is_held = false;
  return done;
}

Result<void> DayColumns::State::read(Visit visit) {
  PENSTOCK_TRY(start());
  chunks.clear();
  changed.clear();
  if (*has_columns) {
    auto rows = read_changed_rows(database);
    if (!rows) return fail(rows.error());
    changed = *std::move(rows);
    auto sealed = read_chunks(database);
    if (!sealed) return fail(sealed.error());
    chunks = *std::move(sealed);
  }
  if (!chunks.empty()) {
    Columns columns(blocks, chunks, *key);
    auto kept = masks_now();
    if (!kept) return fail(kept.error());
    PENSTOCK_TRY(visit({&columns, changed, *kept}));
  }
  PENSTOCK_TRY(read_tail(chunks.empty() ? kBeforeAllRows : chunks.back().last_row, visit));
  return changed.empty() ? Result<void>() : read_changed(visit);
}

Result<KeptMasks*> DayColumns::State::masks_now() {
  auto version = database.lend("PRAGMA data_version");
  if (!version) return fail(version.error());
  PENSTOCK_TRY(version->step());
  return masks.at(version->integer(0));
}

// More rows than a chunk has, as of a day that was not sealed yet, are seen by pieces that are not
// kept.
Result<void> DayColumns::State::read_tail(std::int64_t after, Visit visit) {
  if (!tail || tail_after != after) {
    tail.emplace(*key);
    tail_after = after;
    tail_last = after;
  }
  auto rows = select("rowid > ? ORDER BY rowid");
  if (!rows) return fail(rows.error());
  rows->bind(1, tail_last);
  bool is_kept = true;
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    if (tail->is_full()) {
      PENSTOCK_TRY(tail->visit(changed, visit));
      tail.emplace(*key);
      is_kept = false;
    }
    tail_last = rows->integer(0);
    // One that was changed is read with the others of its kind, now and later.
    PENSTOCK_TRY(tail->add(tail_last, row_of(*rows, 1)));
  }
  const auto done = tail->visit(changed, visit);
  if (!is_kept) tail.reset();
  return done;
}

Result<void> DayColumns::State::read_changed(Visit visit) {
  auto row = select("rowid = ?");
  if (!row) return fail(row.error());
  std::optional<Piece> piece(std::in_place, *key);
  for (const std::int64_t id : changed) {
    row->bind(1, id);
    auto has_row = row->step();
    if (!has_row) return fail(has_row.error());
    if (*has_row) PENSTOCK_TRY(piece->add(id, row_of(*row, 1)));
    row->reset();
    if (!piece->is_full()) continue;
    PENSTOCK_TRY(piece->visit({}, visit));
    piece.emplace(*key);
  }
  return piece->visit({}, visit);
}

DayColumns::DayColumns(sqlite::Database& database, std::shared_ptr<SharedMasks> masks)
    : state_(std::make_unique<State>(database, std::move(masks))) {}

DayColumns::~DayColumns() = default;

Result<sqlite::ReadTransaction> DayColumns::begin() { return state_->begin(); }

Result<void> DayColumns::read(FunctionRef<Result<void>(const ColumnPart& part)> visit) {
  auto done = state_->at_one_moment([&] { return state_->read(visit); });
  // What was half read is read anew.
  if (!done) forget_tail();
  return done;
}

Result<void> DayColumns::at_one_moment(FunctionRef<Result<void>()> ask) {
  return state_->at_one_moment(ask);
}

void DayColumns::forget_tail() { state_->tail.reset(); }

}  // namespace penstock::store
