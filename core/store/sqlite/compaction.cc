#include "store/sqlite/compaction.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <unistd.h>

#include "base/text.h"
#include "event/fields.h"
#include "sqlite/versions.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBeforeAllRows = std::numeric_limits<std::int64_t>::min();
// What one step does, some milliseconds each.
constexpr std::int64_t kRowsAStep = 500;
constexpr std::size_t kTextsAStep = 5'000;
constexpr std::int64_t kBlocksAStep = 64;
constexpr int kPagesAStep = 256;
// Of the texts that are counted, with what the table takes for each. Once they are more, those that
// were met once are forgotten; texts beyond it lie in their rows.
constexpr std::size_t kCountedBytesMax = 64 << 20;
constexpr std::size_t kBytesAText = 80;
constexpr std::int64_t kCacheKib = 8'192;
constexpr std::int64_t kBusyTimeoutMs = 100;

constexpr std::string_view kBlocks = "blocks";
constexpr const char* kCompacting = "compact a day";
constexpr std::string_view kOwnNames[] = {"events_by_time", "note_deleted_rows",
                                          "note_changed_rows"};

// A number of up to three bytes in each row, and a row of the text's own.
bool is_worth_a_number(std::size_t bytes, std::uint64_t rows) {
  constexpr std::uint64_t kNumberBytes = 3;
  constexpr std::uint64_t kRowBytes = 7;
  return rows > 1 && bytes * rows > bytes + kRowBytes + kNumberBytes * rows;
}

bool is_text_of_row(CompactPlace place) {
  return place == CompactPlace::kText || place == CompactPlace::kAgentText;
}

void remove_draft(const std::string& path) {
  const std::string draft = draft_path(path);
  remove_stale_journal(draft);
  unlink(draft.c_str());
}

// What is on the disk before the end is of no use to anybody.
Result<sqlite::Database> make_draft(const std::string& path, std::int64_t page_bytes) {
  remove_draft(path);
  auto draft = sqlite::Database::open(draft_path(path), {.access = sqlite::Access::kReadWrite,
                                                         .sync = sqlite::Sync::kOff,
                                                         .busy_timeout_ms = kBusyTimeoutMs,
                                                         .cache_kib = kCacheKib,
                                                         .page_bytes = page_bytes,
                                                         .can_shrink = true,
                                                         .has_checkpoints = false});
  if (!draft) return draft;
  PENSTOCK_TRY(draft->execute("PRAGMA journal_mode=MEMORY"));
  auto attach = draft->prepare("ATTACH ? AS day");
  if (!attach) return fail(attach.error());
  PENSTOCK_TRY(attach->bind(1, path).run());
  return draft;
}

std::string select_rows(std::string_view table, std::string_view condition) {
  return str_cat("SELECT rowid,", kRowColumns, " FROM ", table, " WHERE ", condition);
}

std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

}  // namespace

Compaction::Compaction(std::string path, sqlite::Database day, sqlite::Database draft)
    : path_(std::move(path)), day_(std::move(day)), draft_(std::move(draft)) {}

Result<std::unique_ptr<Compaction>> Compaction::begin(const std::string& path) {
  auto day = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                           .sync = sqlite::Sync::kFull,
                                           .busy_timeout_ms = kBusyTimeoutMs,
                                           .has_checkpoints = false});
  if (!day) return fail(day.error());
  const auto page_bytes = day->page_bytes();
  if (!page_bytes) return fail(page_bytes.error());
  auto draft = make_draft(path, *page_bytes);
  if (!draft) {
    remove_draft(path);
    return fail(draft.error());
  }
  std::unique_ptr<Compaction> compaction(new Compaction(path, *std::move(day), *std::move(draft)));
  PENSTOCK_TRY(compaction->start());
  return compaction;
}

Compaction::~Compaction() {
  replacement_.reset();
  insert_.reset();
  static_cast<void>(draft_.execute("DETACH day"));
  remove_draft(path_);
  static_cast<void>(day_.leave_wal());
}

Result<void> Compaction::start() {
  auto version = day_version();
  if (!version) return fail(version.error());
  day_version_ = *version;
  PENSTOCK_TRY(check_columns());
  PENSTOCK_TRY(read_schema());
  PENSTOCK_TRY(draft_.execute(compact_tables_sql().c_str()));
  auto insert = CompactInsert::prepare(draft_);
  if (!insert) return fail(insert.error());
  insert_.emplace(*std::move(insert));
  last_ = kBeforeAllRows;
  return {};
}

// What a person has added to `events` would be gone.
Result<void> Compaction::check_columns() {
  auto columns = draft_.prepare("SELECT name FROM pragma_table_info('events', 'day') ORDER BY cid");
  if (!columns) return fail(columns.error());
  while (true) {
    auto has_row = columns->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    columns_.emplace_back(columns->text(0));
    if (event::field_named(columns_.back()) == nullptr) {
      return fail(ErrorCode::kRejected, 0, kCompacting, "its events have a column of another's");
    }
  }
  if (columns_.size() == event::kFieldCount) return {};
  return fail(ErrorCode::kRejected, 0, kCompacting, "its events lack a column");
}

// All but `events` stays as it is.
Result<void> Compaction::read_schema() {
  auto parts = draft_.prepare(
      "SELECT type, name, sql, tbl_name FROM day.sqlite_schema WHERE sql IS NOT NULL AND name NOT "
      "LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'events' ORDER BY rowid");
  if (!parts) return fail(parts.error());
  while (true) {
    auto has_row = parts->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    if (parts->text(3) != "events") {
      PENSTOCK_TRY(take_part(parts->text(0), parts->text(1), parts->text(2)));
    } else if (std::find(std::begin(kOwnNames), std::end(kOwnNames), parts->text(1)) ==
               std::end(kOwnNames)) {
      return fail(ErrorCode::kRejected, 0, kCompacting,
                  "its events have an index or a trigger of another's");
    }
  }
}

Result<void> Compaction::take_part(std::string_view type, std::string_view name,
                                   std::string_view sql) {
  if (type != "table") {
    later_sql_ += str_cat(sql, ";\n");
    return {};
  }
  if (!sql.starts_with("CREATE TABLE")) {
    return fail(ErrorCode::kRejected, 0, kCompacting, "it has a virtual table");
  }
  PENSTOCK_TRY(draft_.execute(std::string(sql).c_str()));
  if (name != kBlocks) tables_.emplace_back(name);
  return {};
}

// Changes with each commit of anybody else.
Result<std::int64_t> Compaction::day_version() {
  auto version = draft_.prepare("PRAGMA day.data_version");
  if (!version) return fail(version.error());
  PENSTOCK_TRY(version->step());
  return version->integer(0);
}

Result<void> Compaction::check_unchanged() {
  auto version = day_version();
  if (!version) return fail(version.error());
  if (*version == day_version_) return {};
  return fail(ErrorCode::kOverloaded, 0, kCompacting, "it was written to meanwhile");
}

Result<bool> Compaction::work(FunctionRef<bool()> may_go_on) {
  do {
    if (phase_ != Phase::kReplace) PENSTOCK_TRY(check_unchanged());
    PENSTOCK_TRY(step());
    if (phase_ == Phase::kDone) return true;
  } while (may_go_on());
  return false;
}

Result<void> Compaction::step() {
  switch (phase_) {
    case Phase::kCount:
      return count_rows();
    case Phase::kTexts:
      return write_texts();
    case Phase::kRows:
      return write_rows();
    case Phase::kTables:
      return copy_table();
    case Phase::kBlocks:
      return copy_blocks();
    case Phase::kIndexes:
      return make_indexes();
    case Phase::kCompare:
      return compare_rows();
    case Phase::kReplace:
      return replace();
    case Phase::kDone:
      return {};
  }
  return {};
}

// The rows behind the last one, at most kRowsAStep; the next phase where there is none.
Result<void> Compaction::each_row(
    FunctionRef<Result<void>(std::int64_t row_id, const event::Row& row)> use, Phase next) {
  auto rows = draft_.prepare(select_rows("day.events", "rowid > ? ORDER BY rowid LIMIT ?"));
  if (!rows) return fail(rows.error());
  rows->bind(1, last_).bind(2, kRowsAStep);
  bool is_any = false;
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    is_any = true;
    last_ = rows->integer(0);
    PENSTOCK_TRY(use(last_, row_of(*rows, 1)));
  }
  if (is_any) return {};
  last_ = kBeforeAllRows;
  phase_ = next;
  return {};
}

void Compaction::count(std::string_view text) {
  constexpr std::size_t kBytesMin = 4;  // Shorter than what would stand for it.
  if (text.size() < kBytesMin) return;
  std::string key(text);
  const auto found = counts_.find(key);
  if (found != counts_.end()) {
    ++found->second;
    return;
  }
  if (!is_counting_new_) return;
  counted_bytes_ += text.size() + kBytesAText;
  counts_.emplace(std::move(key), 1);
  if (counted_bytes_ <= kCountedBytesMax) return;
  std::erase_if(counts_, [&](const auto& entry) {
    if (entry.second > 1) return false;
    counted_bytes_ -= entry.first.size() + kBytesAText;
    return true;
  });
  is_counting_new_ = counted_bytes_ < kCountedBytesMax / 2;
}

Result<void> Compaction::count_rows() {
  PENSTOCK_TRY(each_row(
      [this](std::int64_t, const event::Row& row) -> Result<void> {
        for (const event::Field& field : event::kFields) {
          const CompactPlace place = compact_place(field);
          const bool is_url = place == CompactPlace::kUrl && !compact_url_rest(row);
          if (is_url || is_text_of_row(place)) count(event::text_of(field, row));
        }
        return {};
      },
      Phase::kTexts));
  if (phase_ == Phase::kTexts) choose_texts();
  return {};
}

// The most frequent ones get the numbers that take least.
void Compaction::choose_texts() {
  for (const auto& [text, rows] : counts_) {
    if (is_worth_a_number(text.size(), rows)) texts_.push_back({text, rows});
  }
  std::sort(texts_.begin(), texts_.end(), [](const Text& a, const Text& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.text < b.text;
  });
}

Result<void> Compaction::write_texts() {
  auto transaction = sqlite::Transaction::begin(draft_);
  if (!transaction) return fail(transaction.error());
  auto insert = draft_.prepare("INSERT INTO compact_texts (number, text) VALUES (?, ?)");
  if (!insert) return fail(insert.error());
  const std::size_t end = std::min(texts_.size(), written_ + kTextsAStep);
  for (; written_ < end; ++written_) {
    const auto number = static_cast<std::int64_t>(written_);
    PENSTOCK_TRY(insert->bind(1, number).bind(2, texts_[written_].text).run());
    words_.texts.emplace(texts_[written_].text, number);
  }
  PENSTOCK_TRY(transaction->commit());
  if (written_ < texts_.size()) return {};
  texts_ = {};
  counts_ = {};
  phase_ = Phase::kRows;
  return {};
}

Result<void> Compaction::write_rows() {
  auto transaction = sqlite::Transaction::begin(draft_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(
      each_row([this](std::int64_t row_id,
                      const event::Row& row) { return insert_->insert(row_id, row, &words_); },
               Phase::kTables));
  PENSTOCK_TRY(transaction->commit());
  if (phase_ == Phase::kTables) words_ = {};
  return {};
}

Result<void> Compaction::copy_table() {
  if (tables_.empty()) {
    phase_ = Phase::kBlocks;
    return {};
  }
  const std::string name = quoted_name(tables_.back());
  tables_.pop_back();
  return draft_.execute(str_cat("INSERT INTO main.", name, " SELECT * FROM day.", name).c_str());
}

// Of all tables beside the events the one that is large.
Result<void> Compaction::copy_blocks() {
  auto copy = draft_.prepare(
      "INSERT INTO main.blocks SELECT * FROM day.blocks WHERE id > ? ORDER BY id LIMIT ?");
  if (!copy) return fail(copy.error());
  PENSTOCK_TRY(copy->bind(1, last_).bind(2, kBlocksAStep).run());
  if (draft_.changes() > 0) {
    last_ = draft_.last_row_id();
  } else {
    last_ = kBeforeAllRows;
    phase_ = Phase::kIndexes;
  }
  return {};
}

Result<void> Compaction::make_indexes() {
  PENSTOCK_TRY(draft_.execute(compact_indexes_sql().c_str()));
  PENSTOCK_TRY(draft_.execute(compact_view_sql(columns_).c_str()));
  PENSTOCK_TRY(draft_.execute(later_sql_.c_str()));
  PENSTOCK_TRY(
      draft_.execute(str_cat("PRAGMA user_version = ", kSchemaVersion | kCompactForm).c_str()));
  // Only now: triggers would be of this view.
  PENSTOCK_TRY(draft_.execute(compact_rows_view_sql()));
  auto is_worth_it = is_smaller();
  if (!is_worth_it) return fail(is_worth_it.error());
  phase_ = *is_worth_it ? Phase::kCompare : Phase::kDone;
  return {};
}

Result<bool> Compaction::is_smaller() {
  auto pages = draft_.prepare(
      "SELECT (SELECT page_count FROM pragma_page_count('main')), (SELECT page_count FROM "
      "pragma_page_count('day'))");
  if (!pages) return fail(pages.error());
  PENSTOCK_TRY(pages->step());
  return pages->integer(0) < pages->integer(1);
}

// The next rows as they are and as they would be read; at the end the number of them. What a person
// has put in may be of any type.
Result<void> Compaction::compare_rows() {
  auto end = draft_.prepare(
      "SELECT max(rowid) FROM (SELECT rowid FROM day.events WHERE rowid > ? ORDER BY rowid LIMIT "
      "?)");
  if (!end) return fail(end.error());
  PENSTOCK_TRY(end->bind(1, last_).bind(2, kRowsAStep).step());
  if (end->is_null(0)) return compare_counts();
  const std::int64_t last = end->integer(0);
  const std::string range = "rowid > ?1 AND rowid <= ?2";
  auto differences = draft_.prepare(str_cat("SELECT EXISTS (", select_rows("day.events", range),
                                            " EXCEPT ", select_rows("temp.events", range), ")"));
  if (!differences) return fail(differences.error());
  PENSTOCK_TRY(differences->bind(1, last_).bind(2, last).step());
  if (differences->integer(0) != 0) {
    return fail(ErrorCode::kRejected, 0, kCompacting,
                "a row has a value of another type than the worker stores");
  }
  last_ = last;
  return {};
}

Result<void> Compaction::compare_counts() {
  auto counts = draft_.prepare(
      "SELECT (SELECT count(*) FROM day.events) = (SELECT count(*) FROM main.compact_rows)");
  if (!counts) return fail(counts.error());
  PENSTOCK_TRY(counts->step());
  if (counts->integer(0) == 0) {
    return fail(ErrorCode::kCorrupt, 0, kCompacting, "its rows are not as many as its draft's");
  }
  phase_ = Phase::kReplace;
  return {};
}

// From the first step on nobody else writes to the day.
Result<void> Compaction::replace() {
  if (!replacement_) {
    auto replacement = sqlite::Replacement::begin(day_, draft_);
    if (!replacement) return fail(replacement.error());
    replacement_.emplace(*std::move(replacement));
    return check_unchanged();
  }
  auto is_done = replacement_->step(kPagesAStep);
  if (!is_done) return fail(is_done.error());
  if (!*is_done) return {};
  has_replaced_ = true;
  phase_ = Phase::kDone;
  return {};
}

}  // namespace penstock::store
