#include "store/sqlite/rule_upkeep.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "event/id.h"
#include "sqlite/sqlite.h"
#include "sqlite/versions.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/retention.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBeforeAllRows = std::numeric_limits<std::int64_t>::min();
// Rows that are looked at, and at most deleted, in one transaction: some hundredths of a second.
constexpr std::uint32_t kRowsAtOnce = 1'000;
constexpr std::uint32_t kRowsOfADryRun = 100'000;
// The day files that must bear out the clock, as for days (event_store.cc).
constexpr std::size_t kWitnesses = 3;
constexpr std::int64_t kBusyTimeoutMs = 5'000;
constexpr std::int64_t kCacheKib = 4'096;
constexpr const char* kShrinkSome = "PRAGMA incremental_vacuum(64)";

Result<sqlite::Database> open_to_read(const std::string& path) {
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database) return database;
  const auto version = see_as_current(*database);
  if (!version) return fail(version.error());
  return database;
}

Result<std::int64_t> number_of(sqlite::Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

std::int64_t inode_of(const std::string& path) {
  const auto mark = mark_of(path);
  return mark ? static_cast<std::int64_t>(mark->inode) : 0;
}

bool is_any(const std::vector<bool>& due) {
  return std::find(due.begin(), due.end(), true) != due.end();
}

std::vector<RemovedRows> by_rule(const RuleSet& rules, std::int64_t day_ms,
                                 const std::vector<std::uint64_t>& counts) {
  std::vector<RemovedRows> rows;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) rows.push_back({rules.text(i), day_ms, counts[i]});
  }
  return rows;
}

std::string text_of(const std::vector<RemovedRows>& removed) {
  std::string text;
  for (const RemovedRows& one : removed) {
    text += str_cat(text.empty() ? "" : "; ", one.rule.empty() ? "retention_days" : one.rule, ": ",
                    one.rows);
  }
  return text;
}

}  // namespace

bool RuleUpkeep::begin_round() {
  if (!has_rules_ || !calendar_.is_settled() || clock_.mono_us() < round_due_us_) return false;
  round_due_us_ = clock_.mono_us() + kRoundUs;
  const std::int64_t now_ms = calendar_.now_ms(
      latest_believed_ms({.folder = folder_, .days = 0, .bytes_max = 0, .witnesses = kWitnesses}));
  const auto days = list_days(folder_);
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    auto due = rules_.due(*day, now_ms);
    if (is_any(due)) waiting_.push_back({*day, std::move(due)});
  }
  if (!waiting_.empty()) {
    const auto forgotten = marks_.forget_before(days.front());
    if (!forgotten) tell(days.front(), forgotten.error());
  }
  return !waiting_.empty();
}

void RuleUpkeep::tell(std::int64_t day_ms, const Error& error) const {
  log_warn("store.retention_rules",
           "events of a day that no rule of store.retain keeps are not deleted",
           {{"file", day_path(folder_, day_ms)}, {"error", sqlite_text(error)}});
}

bool RuleUpkeep::step(FunctionRef<void(std::int64_t day_ms)> before_change) {
  const std::int64_t end_us = clock_.mono_us() + kStepUs;
  const auto may_go_on = [&] { return clock_.mono_us() < end_us; };
  if (waiting_.empty() && to_shrink_.empty() && !begin_round()) return false;
  while (!waiting_.empty() && may_go_on()) {
    const Work& work = waiting_.back();
    const std::string path = day_path(folder_, work.day_ms);
    const auto seen = seen_.find(work.day_ms);
    const Seen now{changed_at_ns(path), rules_.due_text(work.due)};
    if (seen == seen_.end() || seen->second != now) {
      const auto is_done = work_on(work, before_change, may_go_on);
      if (is_done && !*is_done) return true;
      if (!is_done && mark_of(path)) tell(work.day_ms, is_done.error());
      if (!is_done) {
        days_.close(work.day_ms);
        removed_of_day_.assign(rules_.size(), 0);
      }
      seen_[work.day_ms] = {changed_at_ns(path), now.due};
    }
    waiting_.pop_back();
  }
  if (!waiting_.empty()) return true;
  while (!to_shrink_.empty() && may_go_on()) {
    const std::int64_t day_ms = to_shrink_.back();
    // Its columns are made anew first, which takes free pages; that is ColumnUpkeep's work.
    if (sealing_of(day_path(folder_, day_ms), false, clock_.wall_ms() - kRestMs) ==
        Sealing::kChanges) {
      return false;
    }
    const auto is_done = shrink(day_ms, before_change, may_go_on);
    if (is_done && !*is_done) return true;
    if (!is_done) days_.close(day_ms);
    to_shrink_.pop_back();
  }
  return false;
}

// What was looked at once is not again: only what was stored since.
Result<bool> RuleUpkeep::has_new_rows(const Work& work, RuleMark& mark) {
  const std::string path = day_path(folder_, work.day_ms);
  mark = {rules_.due_text(work.due), inode_of(path), kBeforeAllRows};
  auto before = marks_.of(work.day_ms);
  if (!before) return fail(before.error());
  if (*before && (*before)->due == mark.due && (*before)->inode == mark.inode) mark = **before;
  if (!is_plain_file(path)) return false;
  auto database = open_to_read(path);
  if (!database) return fail(database.error());
  const auto version = sqlite::version_of(*database);
  if (!version) return fail(version.error());
  // ColumnUpkeep brings it up to date, where there is room for its copy; then it has changed.
  if (is_older_version(*version)) return false;
  auto rows = database->prepare("SELECT EXISTS (SELECT 1 FROM events WHERE rowid > ?)");
  if (!rows) return fail(rows.error());
  PENSTOCK_TRY(rows->bind(1, mark.last_row).step());
  return rows->integer(0) != 0;
}

Result<bool> RuleUpkeep::work_on(const Work& work,
                                 FunctionRef<void(std::int64_t day_ms)> before_change,
                                 FunctionRef<bool()> may_go_on) {
  RuleMark mark;
  auto has_rows = has_new_rows(work, mark);
  if (!has_rows) return has_rows;
  if (!*has_rows) return true;
  before_change(work.day_ms);
  auto file = days_.open(work.day_ms);
  if (!file) return fail(file.error());
  removed_of_day_.resize(rules_.size());
  Result<bool> is_done = false;
  do {
    is_done = remove_some(**file, work, mark);
  } while (is_done && !*is_done && may_go_on());
  if (!is_done) return is_done;
  PENSTOCK_TRY(marks_.set(work.day_ms, mark));
  if (*is_done) PENSTOCK_TRY(finish(work, **file));
  return is_done;
}

// One transaction's work; true where there was none.
Result<bool> RuleUpkeep::remove_some(DayFile& file, const Work& work, RuleMark& mark) {
  auto transaction = file.begin();
  if (!transaction) return fail(transaction.error());
  auto found = find_doomed_rows(file.database(), rules_, work.due, mark.last_row, kRowsAtOnce);
  if (!found) return fail(found.error());
  if (!found->last_row) return true;
  if (!found->doomed.empty()) {
    file.visits().forget();
    PENSTOCK_TRY(remove_rows(file.database(), found->doomed));
    PENSTOCK_TRY(transaction->commit());
    PENSTOCK_TRY(file.sync());
    PENSTOCK_TRY(marks_.add_removed(by_rule(rules_, work.day_ms, found->by_rule)));
  }
  for (std::size_t i = 0; i < found->by_rule.size(); ++i) {
    removed_[i] += found->by_rule[i];
    removed_of_day_[i] += found->by_rule[i];
  }
  mark.last_row = *found->last_row;
  return false;
}

// A day of which nothing is left goes, as one whose days are over.
Result<void> RuleUpkeep::finish(const Work& work, DayFile& file) {
  const auto removed = by_rule(rules_, work.day_ms, removed_of_day_);
  removed_of_day_.assign(rules_.size(), 0);
  if (removed.empty()) return {};
  const std::string path = day_path(folder_, work.day_ms);
  const auto is_left = number_of(file.database(), "SELECT EXISTS (SELECT 1 FROM events)");
  if (!is_left) return fail(is_left.error());
  log_info("store", "events that no rule keeps any more were deleted",
           {{"day", day_text(work.day_ms)}, {"events", text_of(removed)}});
  if (*is_left != 0) {
    to_shrink_.push_back(work.day_ms);
    return {};
  }
  days_.close(work.day_ms);
  return remove_days(folder_, {work.day_ms}, 1).done;
}

// A file of an older program keeps its free pages until the day is made compact.
Result<bool> RuleUpkeep::shrink(std::int64_t day_ms,
                                FunctionRef<void(std::int64_t day_ms)> before_change,
                                FunctionRef<bool()> may_go_on) {
  const std::string path = day_path(folder_, day_ms);
  if (!is_plain_file(path)) return true;
  before_change(day_ms);
  auto file = days_.open(day_ms);
  if (!file) return fail(file.error());
  sqlite::Database& database = (*file)->database();
  auto free = number_of(database, "PRAGMA freelist_count");
  while (free && *free > 0) {
    const std::int64_t before = *free;
    PENSTOCK_TRY(database.execute(kShrinkSome));
    free = number_of(database, "PRAGMA freelist_count");
    if (free && *free >= before) break;
    if (!may_go_on()) return false;
  }
  if (!free) return fail(free.error());
  days_.close(day_ms);
  return true;
}

namespace {

Result<std::optional<sqlite::Transaction>> begin_on(sqlite::Database& database) {
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  return std::optional(*std::move(transaction));
}

// Of one day; the rows by rule. A day of which nothing is left goes.
Result<std::vector<std::uint64_t>> prune_day(const std::string& folder, std::int64_t day_ms,
                                             const RuleSet& rules, const std::vector<bool>& due,
                                             bool is_dry_run) {
  const std::string path = day_path(folder, day_ms);
  std::vector<std::uint64_t> counts(rules.size());
  auto database = is_dry_run ? open_to_read(path)
                             : sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                             .sync = sqlite::Sync::kFull,
                                                             .busy_timeout_ms = kBusyTimeoutMs,
                                                             .cache_kib = kCacheKib,
                                                             .has_checkpoints = false});
  if (!database) return fail(database.error());
  if (!is_dry_run) {
    PENSTOCK_TRY(migrate(*database, path));
    if (const auto seen = see_as_current(*database); !seen) return fail(seen.error());
  }
  std::int64_t last = kBeforeAllRows;
  for (bool is_done = false; !is_done;) {
    auto transaction =
        is_dry_run ? Result<std::optional<sqlite::Transaction>>(std::nullopt) : begin_on(*database);
    if (!transaction) return fail(transaction.error());
    auto found =
        find_doomed_rows(*database, rules, due, last, is_dry_run ? kRowsOfADryRun : kRowsAtOnce);
    if (!found) return fail(found.error());
    is_done = !found->last_row;
    last = found->last_row.value_or(last);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += found->by_rule[i];
    if (is_dry_run || found->doomed.empty()) continue;
    PENSTOCK_TRY(remove_rows(*database, found->doomed));
    PENSTOCK_TRY((*transaction)->commit());
  }
  if (is_dry_run) return counts;
  const auto is_left = number_of(*database, "SELECT EXISTS (SELECT 1 FROM events)");
  static_cast<void>(database->leave_wal());
  const bool is_any_gone =
      std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; });
  if (is_left && *is_left == 0 && is_any_gone) {
    PENSTOCK_TRY(remove_days(folder, {day_ms}, 1).done);
  }
  return counts;
}

}  // namespace

Result<std::vector<RemovedRows>> prune_sqlite_rows(const StoreOptions& options, const Clock& clock,
                                                   bool is_dry_run) {
  std::vector<RemovedRows> all;
  if (options.retain.empty()) return all;
  const RuleSet rules(options);
  RuleMarks marks(options.path);
  const std::int64_t now_ms = Calendar(clock).now_ms(
      latest_believed_ms({.folder = options.path, .days = 0, .bytes_max = 0, .witnesses = 1}));
  for (const std::int64_t day_ms : list_days(options.path)) {
    const auto due = rules.due(day_ms, now_ms);
    if (!is_any(due)) continue;
    auto counts = prune_day(options.path, day_ms, rules, due, is_dry_run);
    if (!counts) return fail(counts.error());
    const auto removed = by_rule(rules, day_ms, *counts);
    if (!is_dry_run) PENSTOCK_TRY(marks.add_removed(removed));
    all.insert(all.end(), removed.begin(), removed.end());
  }
  return all;
}

}  // namespace penstock::store
