#include "store/sqlite/day_reader.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "sqlite/versions.h"
#include "store/rollup/rollup_sink.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBusyTimeoutMs = 2'000;
// What every question asks for: a file without it is told at the opening, by its name.
constexpr std::string_view kProbes[] = {
    "SELECT id, kind, occurred_at FROM events LIMIT 1",
    "SELECT step, project, dimension, at, value, events FROM counts LIMIT 1",
    "SELECT step, project, at, sketch FROM visitors LIMIT 1",
};
// Of each open file: a question that scans needs no page twice, and the kernel has them.
constexpr std::int64_t kCacheKib = 256;

std::uint64_t unsigned_column(const sqlite::Statement& statement, int column) {
  return static_cast<std::uint64_t>(statement.integer(column));
}

}  // namespace

Result<std::unique_ptr<DayReader>> DayReader::open(const std::string& path) {
  if (!is_plain_file(path)) {
    return fail(ErrorCode::kConfiguration, "open a day file that is no plain file");
  }
  const auto file = mark_of(path);
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database) return fail(database.error());
  auto found = sqlite::version_of(*database);
  if (!found) return fail(found.error());
  std::int64_t version = *found;
  if (version == 0) {
    // The worker has made the file and not yet its tables; else it is another program's.
    auto tables = database->prepare("SELECT 1 FROM sqlite_schema");
    if (!tables) return fail(tables.error());
    auto has_tables = tables->step();
    if (!has_tables) return fail(has_tables.error());
    if (!*has_tables) return nullptr;
    // Tables and version are made at one moment, which may just have been.
    auto since = sqlite::version_of(*database);
    if (!since) return fail(since.error());
    version = *since;
    if (version == 0) return fail(ErrorCode::kCorrupt, "read a day file of another program");
  }
  if (is_newer_version(version)) {
    return files::fail_by_newer_version("read a day file", version, kSchemaVersion);
  }
  if (const char* view = view_sql(version)) PENSTOCK_TRY(database->execute(view));
  for (const std::string_view sql : kProbes) {
    auto probe = database->prepare(sql);
    if (!probe) {
      const Error& error = probe.error();
      if (error.code != ErrorCode::kRejected) return fail(error);
      return fail(ErrorCode::kCorrupt, error.native, "read a day file of another program");
    }
    PENSTOCK_TRY(probe->step());
  }
  // Where another took its place meanwhile, nobody knows which of them is open.
  auto masks =
      file && mark_of(path) == file ? shared_masks_of(*file) : std::make_shared<SharedMasks>();
  return std::unique_ptr<DayReader>(new DayReader(*std::move(database), version, std::move(masks)));
}

Result<bool> DayReader::is_as_opened() {
  auto version = sqlite::version_of(database_);
  if (!version) return fail(version.error());
  return *version == version_;
}

// From one project to the next by the key: a look-up each, however many rows there are.
Result<std::vector<std::string>> DayReader::projects(const std::string& project) {
  if (!project.empty()) return std::vector{project};
  auto next = database_.lend(
      "SELECT project FROM counts WHERE step = 86400 AND project > ? ORDER BY project LIMIT 1");
  if (!next) return fail(next.error());

  // Events without a project are in "" itself, which is not behind "".
  std::vector<std::string> found{""};
  while (true) {
    next->bind(1, found.back());
    auto has_row = next->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return found;
    std::string name(next->text(0));
    next->reset();
    found.push_back(std::move(name));
  }
}

Result<void> DayReader::counts(const Span& span, std::string_view project, std::int64_t code,
                               FunctionRef<void(std::int64_t at_s, std::uint64_t events)> visit) {
  auto rows = database_.lend(
      "SELECT at, events FROM counts WHERE step = ? AND project = ? "
      "AND dimension = ? AND at >= ? AND at < ?");
  if (!rows) return fail(rows.error());
  rows->bind(1, span.step_s).bind(2, project).bind(3, code).bind(4, span.from_s);
  rows->bind(5, span.to_s);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    visit(rows->integer(0), unsigned_column(*rows, 1));
  }
}

Result<void> DayReader::sketches(
    const Span& span, std::string_view project,
    FunctionRef<void(std::int64_t at_s, const HyperLogLog& sketch)> visit) {
  auto rows = database_.lend(
      "SELECT at, sketch FROM visitors WHERE step = ? AND project = ? "
      "AND at >= ? AND at < ?");
  if (!rows) return fail(rows.error());
  rows->bind(1, span.step_s).bind(2, project).bind(3, span.from_s).bind(4, span.to_s);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    auto sketch = HyperLogLog::from_bytes(rows->blob(1));
    if (!sketch) return fail(sketch.error());
    visit(rows->integer(0), *sketch);
  }
}

Result<bool> DayReader::has_totals() {
  if (!has_columns()) return true;  // Nothing notes changes there.
  auto others = database_.lend("SELECT EXISTS (SELECT 1 FROM changed_rows)");
  if (!others) return fail(others.error());
  PENSTOCK_TRY(others->step());
  return others->integer(0) == 0;
}

Result<std::optional<crypto::HashKey>> DayReader::dictionary_key() {
  if (!has_columns()) return std::optional<crypto::HashKey>();
  return read_dictionary_key(database_);
}

Result<bool> DayReader::read_row(std::int64_t row_id, FunctionRef<void(const event::Row&)> visit) {
  static const std::string select = str_cat("SELECT ", kRowColumns, " FROM events WHERE rowid = ?");
  auto row = database_.lend(select);
  if (!row) return fail(row.error());
  row->bind(1, row_id);
  auto has_row = row->step();
  if (!has_row) return fail(has_row.error());
  if (*has_row) visit(row_of(*row, 0));
  return *has_row;
}

Result<void> DayReader::read_rows(std::int64_t first, std::int64_t last,
                                  FunctionRef<bool(const event::Row&)> visit) {
  static const std::string select = str_cat(
      "SELECT ", kRowColumns, " FROM events WHERE rowid >= ? AND rowid <= ? ORDER BY rowid");
  auto rows = database_.lend(select);
  if (!rows) return fail(rows.error());
  rows->bind(1, first).bind(2, last);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row || !visit(row_of(*rows, 0))) return {};
  }
}

std::vector<std::int64_t> DayReaders::days(std::int64_t from_ms, std::int64_t to_ms) const {
  auto days = list_days(folder_);
  std::erase_if(days,
                [=](std::int64_t day_ms) { return day_ms + kDayMs <= from_ms || day_ms >= to_ms; });
  return days;
}

std::vector<std::int64_t> DayReaders::recently_changed(std::size_t count,
                                                       std::int64_t since_ns) const {
  auto days = list_days(folder_);
  if (days.size() <= count) return days;
  std::vector<std::pair<std::int64_t, std::int64_t>> by_change;
  by_change.reserve(days.size());
  for (const std::int64_t day_ms : days) {
    by_change.emplace_back(changed_at_ns(day_path(folder_, day_ms)), day_ms);
  }
  std::sort(by_change.rbegin(), by_change.rend());
  while (count < by_change.size() && by_change[count].first >= since_ns) ++count;
  by_change.resize(count);
  days.clear();
  for (const auto& [changed_at, day_ms] : by_change) days.push_back(day_ms);
  std::sort(days.begin(), days.end());
  return days;
}

void DayReaders::begin_question() {
  is_out_of_time_ = false;
  missing_.clear();
}

// Once a file: a page asks every few seconds, and a tail every fifth of one.
bool DayReaders::is_news(std::int64_t day_ms) {
  const std::pair told(day_ms, mark_of(day_path(folder_, day_ms)));
  const auto before = std::find_if(told_.begin(), told_.end(),
                                   [day_ms](const auto& entry) { return entry.first == day_ms; });
  if (before == told_.end()) {
    told_.push_back(told);
    return true;
  }
  return std::exchange(*before, told) != told;
}

void DayReaders::note_missing(std::int64_t day_ms, const Error& error) {
  const auto place = std::lower_bound(missing_.begin(), missing_.end(), day_ms);
  if (place != missing_.end() && *place == day_ms) return;
  missing_.insert(place, day_ms);
  // What was open of it may be in any state.
  close(day_ms);
  if (!is_news(day_ms)) return;
  log_warn("store.day_unreadable", "a day cannot be read and is left out",
           {{"file", day_path(folder_, day_ms)}, {"error", sqlite_text(error)}});
}

Result<void> DayReaders::visit(std::int64_t day_ms, FunctionRef<Result<void>(DayReader&)> visit) {
  if (should_stop_()) return fail(ErrorCode::kOverloaded, "read a day");
  auto is_seen = visit_once(day_ms, visit);
  if (is_seen && !*is_seen) {
    close(day_ms);
    is_seen = visit_once(day_ms, visit);
  }
  if (!is_seen) return pass_over(day_ms, is_seen.error());
  if (!*is_seen) return fail(ErrorCode::kOverloaded, "read a day that is just made anew");
  return {};
}

// In one transaction, in which the day stays what it was opened as. False where it was migrated or
// compacted since.
Result<bool> DayReaders::visit_once(std::int64_t day_ms,
                                    FunctionRef<Result<void>(DayReader&)> visit) {
  auto reader = open(day_ms);
  if (!reader) return fail(reader.error());
  if (*reader == nullptr) return true;
  auto transaction = (*reader)->columns().begin();
  if (!transaction) return fail(transaction.error());
  auto is_same = (*reader)->is_as_opened();
  if (!is_same || !*is_same) return is_same;
  const auto visited = visit(**reader);
  if (!is_among_newest(day_ms)) (*reader)->columns().forget_tail();
  if (!visited) return fail(visited.error());
  return true;
}

void DayReaders::close(std::int64_t day_ms) {
  std::erase_if(entries_, [day_ms](const Entry& entry) { return entry.day_ms == day_ms; });
}

// Of the open ones.
bool DayReaders::is_among_newest(std::int64_t day_ms) const {
  const auto newer = std::count_if(entries_.begin(), entries_.end(),
                                   [day_ms](const Entry& entry) { return entry.day_ms > day_ms; });
  return newer < kTailsKept;
}

Result<void> DayReaders::pass_over(std::int64_t day_ms, const Error& error) {
  // kRejected is the asker's.
  if (!is_lasting(error) || error.code == ErrorCode::kRejected) return fail(error);
  note_missing(day_ms, error);
  return {};
}

Result<void> DayReaders::each(
    const Range& range, FunctionRef<Result<void>(DayReader&, std::int64_t day_ms)> visit_day) {
  for (const std::int64_t day_ms : days(range.from_ms, range.to_ms)) {
    PENSTOCK_TRY(visit(day_ms, [&](DayReader& reader) { return visit_day(reader, day_ms); }));
  }
  return {};
}

Result<void> DayReaders::each_newest_first(
    const Range& range, FunctionRef<Result<bool>(DayReader&, std::int64_t day_ms)> visit_day) {
  auto descending = days(range.from_ms, range.to_ms);
  std::reverse(descending.begin(), descending.end());
  bool goes_on = true;
  for (const std::int64_t day_ms : descending) {
    PENSTOCK_TRY(visit(day_ms, [&](DayReader& reader) -> Result<void> {
      auto answer = visit_day(reader, day_ms);
      if (!answer) return fail(answer.error());
      goes_on = *answer;
      return {};
    }));
    if (!goes_on) return {};
  }
  return {};
}

Result<DayReader*> DayReaders::open(std::int64_t day_ms) {
  const std::string path = day_path(folder_, day_ms);
  auto mark = mark_of(path);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [day_ms](const Entry& entry) { return entry.day_ms == day_ms; });
  if (found != entries_.end() && mark == found->mark) {
    std::rotate(found, found + 1, entries_.end());
    return entries_.back().reader.get();
  }
  if (found != entries_.end()) entries_.erase(found);
  if (!mark) return nullptr;

  // Where it was removed meanwhile and another was made, the two may have been mixed, and not even
  // their marks need to differ: what fails is opened once more.
  for (const bool is_last : {false, true}) {
    auto reader = DayReader::open(path);
    if (reader) return keep(day_ms, *mark, *std::move(reader));
    const auto mark_now = mark_of(path);
    if (!mark_now || (is_last && mark_now != mark)) return nullptr;  // Removed while it was opened.
    if (is_last) return fail(reader.error());
    mark = mark_now;
  }
  return nullptr;
}

DayReader* DayReaders::keep(std::int64_t day_ms, const FileMark& mark,
                            std::unique_ptr<DayReader> reader) {
  if (reader == nullptr) return nullptr;
  reader->database().set_stop(&should_stop_);
  if (entries_.size() == kOpenMax) entries_.erase(entries_.begin());
  entries_.push_back({day_ms, mark, std::move(reader)});
  return entries_.back().reader.get();
}

}  // namespace penstock::store
