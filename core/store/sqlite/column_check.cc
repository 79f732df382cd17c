#include "store/sqlite/column_check.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"
#include "sqlite/versions.h"
#include "store/columns/chunk_builder.h"
#include "store/columns/int_block.h"
#include "store/columns/row_runs.h"
#include "store/columns/text_block.h"
#include "store/columns/visit_blocks.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/visit_tables.h"
#include "store/sqlite/visit_writer.h"

namespace penstock::store {
namespace {

constexpr ColumnNumber kColumnMask = 0xff'ffff;

class ColumnCheck {
 public:
  explicit ColumnCheck(sqlite::Database& database)
      : database_(database), blocks_(database), words_(&blocks_), builder_(words_) {}

  Result<std::string> run() {
    auto chunks = read_chunks(database_);
    if (!chunks) return fail(chunks.error());
    if (chunks->empty()) return std::string();
    auto key = read_dictionary_key(database_);
    if (!key) return fail(key.error());
    if (!*key) return std::string("its columns have no key");
    key_ = **key;
    auto version = sqlite::version_of(database_);
    if (!version) return fail(version.error());
    is_older_ = is_older_version(*version);
    auto changed = read_changed_rows(database_);
    if (!changed) return fail(changed.error());

    std::int64_t first_row = std::numeric_limits<std::int64_t>::min();
    for (const ChunkInfo& chunk : *chunks) {
      const auto next = std::lower_bound(changed->begin(), changed->end(), first_row);
      const bool waits = next != changed->end() && *next <= chunk.last_row;
      if (!waits) {
        auto fault = check_chunk(chunk, first_row);
        if (!fault || !fault->empty()) return fault;
      }
      first_row = chunk.last_row + 1;
    }
    auto fault = check_words();
    if (!fault || !fault->empty()) return fault;
    return check_visits(*chunks);
  }

 private:
  Result<std::string> check_chunk(const ChunkInfo& chunk, std::int64_t first_row);
  Result<std::string> compare(const ChunkInfo& chunk, MemoryBlocks& made);
  Result<std::set<ColumnNumber>> unfilled_columns(const ChunkInfo& chunk);
  Result<std::string> check_words();
  Result<std::string> check_visits(std::span<const ChunkInfo> chunks);

  sqlite::Database& database_;
  SqliteBlocks blocks_;
  Dictionaries words_;
  ChunkBuilder builder_;
  crypto::HashKey key_{};
  bool is_older_ = false;
  std::set<ColumnNumber> columns_;  // Seen with values.
  std::optional<Error> failure_;    // Within a visit.
};

// Texts may be packed, by another version of the library, or not.
bool has_same_texts(std::string_view stored, std::string_view made) {
  const auto plain = [](std::string_view block) -> std::optional<std::string> {
    std::string texts;
    const auto append = [&](std::string_view text) { append_text(text, texts); };
    if (!visit_texts(block, append)) return std::nullopt;
    return texts;
  };
  const auto texts = plain(stored);
  return texts && texts == plain(made);
}

std::string in_chunk(const ChunkInfo& chunk, std::string_view what) {
  return str_cat("its columns differ from its rows: chunk ", chunk.number, ", ", what);
}

// Blocks of one column are the same where they give the same numbers: smaller ones were written in
// more bytes once.
template <class T, class Read>
bool give_the_same(std::string_view a, std::string_view b, std::size_t count, Read read) {
  std::vector<T> numbers(count);
  std::vector<T> others(count);
  return read(a, numbers) && read(b, others) && numbers == others;
}

bool has_same_values(ColumnNumber column, std::string_view a, std::string_view b,
                     std::uint32_t rows) {
  if (a == b) return true;
  if (column == kRowColumn) {
    return give_the_same<std::int64_t>(
        a, b, rows, [](auto bytes, auto& out) { return read_row_runs(bytes, out).has_value(); });
  }
  return give_the_same<std::int64_t>(
      a, b, rows, [](auto bytes, auto& out) { return read_int_block(bytes, out).has_value(); });
}

bool has_same_places(std::string_view a, std::string_view b, std::uint32_t rows,
                     std::uint32_t parts) {
  if (a == b) return true;
  return give_the_same<VisitPlace>(a, b, rows, [parts](auto bytes, auto& out) {
    return read_visit_places(bytes, parts, out).has_value();
  });
}

bool has_same_visitors(BlockSource& a, BlockSource& b, const ChunkInfo& chunk) {
  const auto read = [&](BlockSource& blocks, std::vector<std::uint32_t>& halves) {
    Columns columns(blocks, {&chunk, 1}, {});
    halves.resize(2 * std::size_t{chunk.rows});
    const std::span<std::uint32_t> all(halves);
    return columns.visitors(chunk, all.first(chunk.rows), all.last(chunk.rows)).has_value();
  };
  std::vector<std::uint32_t> halves;
  std::vector<std::uint32_t> others;
  return read(a, halves) && read(b, others) && halves == others;
}

std::uint32_t rows_of(std::span<const ChunkInfo> chunks, std::uint32_t number) {
  const auto found = std::find_if(chunks.begin(), chunks.end(), [number](const ChunkInfo& chunk) {
    return chunk.number == number;
  });
  return found == chunks.end() ? 0 : found->rows;
}

bool has_same_parts(BlockSource& a, BlockSource& b, std::uint32_t parts) {
  const auto some = read_visit_parts(a, parts);
  const auto others = read_visit_parts(b, parts);
  return some && others && *some == *others;
}

bool is_same(const ChunkInfo& a, const ChunkInfo& b) {
  return a.rows == b.rows && a.first_row == b.first_row && a.last_row == b.last_row &&
         a.first_at_ms == b.first_at_ms && a.last_at_ms == b.last_at_ms;
}

Result<std::string> ColumnCheck::check_chunk(const ChunkInfo& chunk, std::int64_t first_row) {
  auto rows = database_.prepare(str_cat(
      "SELECT rowid,", kRowColumns, " FROM events WHERE rowid >= ? AND rowid <= ? ORDER BY rowid"));
  if (!rows) return fail(rows.error());
  rows->bind(1, first_row).bind(2, chunk.last_row);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    if (builder_.rows() == chunk.rows) return in_chunk(chunk, "it has fewer rows");
    PENSTOCK_TRY(builder_.add(rows->integer(0), row_of(*rows, 1)));
  }
  if (builder_.rows() < chunk.rows) return in_chunk(chunk, "it has more rows");
  MemoryBlocks made;
  auto again = builder_.seal(chunk.number, made, key_);
  if (!again) return fail(again.error());
  if (!is_same(chunk, *again)) return in_chunk(chunk, "its bounds");
  return compare(chunk, made);
}

// Those that came later than the chunk, and of which its rows are asked.
Result<std::set<ColumnNumber>> ColumnCheck::unfilled_columns(const ChunkInfo& chunk) {
  std::set<ColumnNumber> unfilled;
  for (ColumnNumber column = kFirstLaterColumn; column <= kLastLaterColumn; ++column) {
    bool is_empty = false;
    auto is_there = blocks_.read({BlockKind::kValues, column, chunk.number},
                                 [&](std::string_view bytes) { is_empty = bytes.empty(); });
    if (!is_there) return fail(is_there.error());
    if (*is_there ? is_empty : is_older_) unfilled.insert(column);
  }
  return unfilled;
}

// New words in `made` are of no account: their codes differ from all that the file has.
Result<std::string> ColumnCheck::compare(const ChunkInfo& chunk, MemoryBlocks& made) {
  auto columns = blocks_.columns_of(chunk.number);
  if (!columns) return fail(columns.error());
  auto unfilled = unfilled_columns(chunk);
  if (!unfilled) return fail(unfilled.error());
  std::set<std::int64_t> ids;
  for (const ColumnNumber column : *columns) {
    if (unfilled->contains(column)) continue;
    ids.insert(BlockId{BlockKind::kValues, column, chunk.number}.packed());
    columns_.insert(column);
  }
  std::string fault;
  const std::int64_t whole =
      BlockId{BlockKind::kValues, kWholeVisitorColumn, chunk.number}.packed();
  const bool has_whole_visitors = ids.erase(whole) > 0;
  if (has_whole_visitors && !has_same_visitors(blocks_, made, chunk)) {
    return in_chunk(chunk, str_cat("column ", kWholeVisitorColumn));
  }
  made.visit([&](std::int64_t id, std::string_view bytes) {
    if (id >= BlockId{BlockKind::kHashes, 0, 0}.packed()) return;
    bool is_equal = false;
    const BlockId block{BlockKind::kValues, static_cast<ColumnNumber>(id >> 32), chunk.number};
    if (unfilled->contains(block.column)) return;
    const bool is_half = block.column == kUpperVisitorColumn || block.column == kLowerVisitorColumn;
    if (has_whole_visitors && is_half) return;
    const auto is_there = blocks_.read(block, [&](std::string_view stored) {
      is_equal = has_same_values(block.column, stored, bytes, chunk.rows);
    });
    if (!is_there) failure_ = is_there.error();
    if (!is_equal) fault = in_chunk(chunk, str_cat("column ", block.column));
    ids.erase(id);
  });
  if (failure_) return fail(*failure_);
  if (fault.empty() && !ids.empty()) fault = in_chunk(chunk, "it has a column too many");
  return fault;
}

Result<std::string> ColumnCheck::check_words() {
  columns_.insert(kKeyColumn);
  for (const ColumnNumber column : columns_) {
    if (column < kProjectColumn) continue;
    // As they would be written by somebody who met the words in this order.
    auto stored = Words::load(blocks_, column);
    if (!stored) return fail(stored.error());
    Words again(column);
    for (std::uint32_t code = kFirstCode; code < stored->size(); ++code) {
      if (again.code_of(stored->text(code)) != code) {
        return str_cat("its dictionary of column ", column, " has a word twice");
      }
    }
    MemoryBlocks made;
    PENSTOCK_TRY(again.flush(made, key_));
    std::string fault;
    made.visit([&](std::int64_t id, std::string_view bytes) {
      const auto kind = static_cast<BlockKind>(id >> 56);
      bool is_equal = false;
      const auto is_there =
          blocks_.read({kind, column, static_cast<std::uint32_t>(id)}, [&](std::string_view block) {
            is_equal = kind == BlockKind::kTexts ? has_same_texts(block, bytes) : block == bytes;
          });
      if (!is_there) failure_ = is_there.error();
      if (!is_equal) fault = str_cat("its dictionary of column ", column, " is not whole");
    });
    if (failure_) return fail(*failure_);
    if (!fault.empty()) return fault;
  }
  return std::string();
}

// Those of rows that wait to be sealed are void already.
Result<std::string> ColumnCheck::check_visits(std::span<const ChunkInfo> chunks) {
  auto is_whole = has_all_in_chunks(database_);
  if (!is_whole) return fail(is_whole.error());
  auto head = read_visit_head(blocks_);
  if (!head) return fail(head.error());
  if (!*is_whole || !*head) return std::string();
  if ((*head)->chunks != hash_of_chunks(chunks)) return std::string("its visits are of other rows");
  MemoryBlocks made;
  PENSTOCK_TRY(write_all_visits(blocks_, chunks, key_, (*head)->day_ms, made));
  std::string fault;
  std::int64_t blocks = 0;
  made.visit([&](std::int64_t id, std::string_view bytes) {
    ++blocks;
    const BlockId block{BlockKind::kVisits, static_cast<ColumnNumber>(id >> 32) & kColumnMask,
                        static_cast<std::uint32_t>(id)};
    bool is_equal = false;
    const auto is_there = blocks_.read(block, [&](std::string_view stored) {
      is_equal = stored == bytes;
      if (block.column != kVisitPlaces) return;
      is_equal = has_same_places(stored, bytes, rows_of(chunks, block.number), (*head)->parts);
    });
    if (!is_there) failure_ = is_there.error();
    if (!is_equal && block.column == kVisitParts) {
      is_equal = has_same_parts(blocks_, made, (*head)->parts);
    }
    if (!is_equal) {
      fault = str_cat("its visits differ from its rows: block ", block.column, " ", block.number);
    }
  });
  if (failure_) return fail(*failure_);
  if (!fault.empty()) return fault;
  auto count = database_.prepare("SELECT count(*) FROM blocks WHERE id >= ?");
  if (!count) return fail(count.error());
  count->bind(1, BlockId{BlockKind::kVisits, 0, 0}.packed());
  PENSTOCK_TRY(count->step());
  return std::string(count->integer(0) == blocks ? "" : "its visits have a block too many");
}

}  // namespace

Result<std::string> column_fault(sqlite::Database& database) { return ColumnCheck(database).run(); }

}  // namespace penstock::store
