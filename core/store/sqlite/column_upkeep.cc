#include "store/sqlite/column_upkeep.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "event/id.h"
#include "sqlite/versions.h"
#include "store/columns/visit_blocks.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {
namespace {

// Row ids are the time of storing in microseconds.
constexpr const char* kDue =
    "SELECT EXISTS (SELECT 1 FROM events WHERE rowid > (SELECT ifnull(max(last_row), "
    "-9223372036854775808) FROM chunks)) OR EXISTS (SELECT 1 FROM counts WHERE step = 60) OR "
    "(EXISTS (SELECT 1 FROM chunks) AND NOT EXISTS (SELECT 1 FROM blocks WHERE id = ?)), EXISTS "
    "(SELECT 1 FROM changed_rows), (SELECT ifnull(max(rowid), 0) FROM events) / 1000, EXISTS "
    "(SELECT 1 FROM blocks WHERE id >= ? AND id < ? AND length(bytes) = 0)";

Result<sqlite::Database> open_for_a_look(const std::string& path) {
  // A FIFO would be waited for.
  if (!is_plain_file(path)) return fail(ErrorCode::kConfiguration, "open a day file");
  return sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly, .is_glance = true});
}

Result<Sealing> sealing_of(sqlite::Database& database, bool is_over, std::int64_t rest_since_ms) {
  const auto version = see_as_current(database);
  if (!version) return fail(version.error());
  if (is_newer_version(*version) || *version == 0) return Sealing::kNothing;
  if (is_older_version(*version)) return is_over ? Sealing::kDue : Sealing::kLater;
  auto due = database.prepare(kDue);
  if (!due) return fail(due.error());
  due->bind(1, BlockId{BlockKind::kVisits, kVisitHead, 0}.packed());
  due->bind(2, BlockId{BlockKind::kValues, kFirstLaterColumn, 0}.packed());
  due->bind(3, BlockId{BlockKind::kValues, kLastLaterColumn + 1, 0}.packed());
  PENSTOCK_TRY(due->step());
  const bool has_work = due->integer(0) != 0;
  const bool has_changes = due->integer(1) != 0 || due->integer(3) != 0;
  if (!has_work && !has_changes) return Sealing::kNothing;
  // Beyond now, they were stored while the clock was wrong.
  const std::int64_t stored_ms = due->integer(2);
  const bool is_fresh = stored_ms > rest_since_ms && stored_ms <= rest_since_ms + kRestMs;
  if (is_over && !is_fresh) return Sealing::kDue;
  return has_changes ? Sealing::kChanges : Sealing::kLater;
}

bool has_room_for_copy(const std::string& path, std::uint64_t free_percent_min) {
  const auto version = sqlite::version_of_file(path);
  if (!version || !is_older_version(*version)) return true;
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  return !error && space.available > space.capacity / 100 * free_percent_min + day_bytes(path);
}

// One transaction of the work that there is. False: nothing is left.
Result<bool> seal_some(DayFile& file, const crypto::HashKey& key, bool is_at_rest) {
  auto transaction = file.begin();
  if (!transaction) return fail(transaction.error());
  auto done = file.columns().renew_next(key);
  if (done && !*done) done = file.columns().fill_next(key);
  if (done && !*done && is_at_rest) done = file.columns().seal_next(key);
  if (done && !*done && is_at_rest) done = file.columns().drop_old_counts();
  if (!done || *done) file.visits().forget();
  if (done && !*done && is_at_rest) done = file.visits().write_next();
  if (!done) return done;
  // Also where nothing is left: the writer may have begun a file that it goes on with later.
  PENSTOCK_TRY(transaction->commit());
  return done;
}

}  // namespace

crypto::HashKey dictionary_key_of(const std::string& folder) {
  auto days = list_days(folder);
  std::reverse(days.begin(), days.end());
  for (const std::int64_t day_ms : days) {
    auto database = open_for_a_look(day_path(folder, day_ms));
    if (!database) continue;
    // An older file has no such table.
    const auto key = read_dictionary_key(*database);
    if (key && *key) return **key;
  }
  return crypto::random_hash_key();
}

Sealing sealing_of(const std::string& path, bool is_over, std::int64_t rest_since_ms) {
  auto database = open_for_a_look(path);
  if (!database) return Sealing::kNothing;
  return sealing_of(*database, is_over, rest_since_ms).value_or(Sealing::kNothing);
}

Result<bool> seal_day(DayFile& file, const crypto::HashKey& key, bool is_at_rest,
                      FunctionRef<bool()> may_go_on) {
  while (true) {
    const auto has_more = seal_some(file, key, is_at_rest);
    if (!has_more) return fail(has_more.error());
    if (!*has_more) return true;
    if (!may_go_on()) return false;
  }
}

bool ColumnUpkeep::step(const crypto::HashKey& key) {
  const std::int64_t end_us = clock_.mono_us() + kStepUs;
  const auto may_go_on = [&] { return clock_.mono_us() < end_us; };
  if (waiting_.empty()) waiting_ = list_days(folder_);
  while (!waiting_.empty()) {
    const std::int64_t day_ms = waiting_.back();
    const std::string path = day_path(folder_, day_ms);
    const std::int64_t rest_since_ms = clock_.wall_ms() - kRestMs;
    const bool is_over = rest_since_ms >= day_ms + kDayMs;
    const std::int64_t changed_ns = changed_at_ns(path);
    const auto seen = seen_ns_.find(day_ms);
    const bool is_seen = seen != seen_ns_.end() && seen->second == changed_ns;
    const auto sealing = is_seen ? Sealing::kLater : sealing_of(path, is_over, rest_since_ms);
    if (sealing == Sealing::kLater) {
      waiting_.pop_back();
      continue;
    }
    if (sealing == Sealing::kDue && !has_room_for_copy(path, free_percent_min_)) {
      if (!std::exchange(is_room_told_, true)) {
        log_warn("store.columns_room", "an older day's columns are not made; its charts are slow",
                 {{"file", path},
                  {"remedy",
                   "free a quarter of the disk; or stop the worker, make a backup and run penstock "
                   "store migrate --no-copies"}});
      }
    } else if (sealing != Sealing::kNothing) {
      auto file = days_.open(day_ms);
      const auto is_done = file ? seal_day(**file, key, sealing == Sealing::kDue, may_go_on)
                                : Result<bool>(tl::unexpected(file.error()));
      if (is_done && !*is_done) return true;
      if (!is_done || sealing == Sealing::kDue) days_.close(day_ms);
      if (!is_done) {
        log_warn("store.columns", "a day's columns are not made; its charts are slow",
                 {{"file", path}, {"error", sqlite_text(is_done.error())}});
      }
    }
    // Of one that only its changed rows were sealed anew of, the rest is still to be sealed.
    if (sealing != Sealing::kChanges) seen_ns_[day_ms] = changed_at_ns(path);
    waiting_.pop_back();
    if (!may_go_on()) break;
  }
  return !waiting_.empty();
}

}  // namespace penstock::store
