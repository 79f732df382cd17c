#include "store/sqlite/event_store.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "event/kind.h"
#include "files/failure.h"
#include "files/file_lock.h"
#include "files/folder.h"
#include "files/newer_version.h"
#include "sqlite/versions.h"
#include "store/contract/anonymize.h"
#include "store/contract/calendar.h"
#include "store/rollup/rollup.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/compact_upkeep.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/new_days.h"
#include "store/sqlite/older_recent_ids.h"
#include "store/sqlite/open_days.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/rule_upkeep.h"

namespace penstock::store {
namespace {

constexpr mode_t kFolderMode = 0750;
// Days that one maintain() removes, and the day files that must bear out the clock before it does.
// Whoever wants more at once says so himself (prune_sqlite_store).
constexpr std::size_t kRemovedAtOnce = 2;
constexpr std::size_t kWitnesses = 3;

// As OpenDays has room for.
constexpr std::int64_t kNearDays = 7;
// Where a batch has more days that are older, they are synced together.
constexpr std::size_t kOldDaysOneByOne = 2;
// Files of old days that are closed with each batch once nobody has wanted them for a while, and at
// upkeep in an idle hour: hundreds at once would hold up the events of today.
constexpr std::size_t kClosedWithABatch = 1;
constexpr std::size_t kClosedAtUpkeep = 8;

struct RowOfDay {
  std::int64_t day_ms;
  std::uint32_t index;
};

Retention retention_of(const StoreOptions& options, std::size_t witnesses) {
  return {.folder = options.path,
          .days = longest_days(options.retain, options.retention_days),
          .bytes_max = options.bytes_max,
          .witnesses = witnesses};
}

// An upgrade that was not taken back by now is there to stay.
void remove_old_copies(const std::string& folder, std::int64_t wall_ms) {
  const auto removed = remove_copies_before(folder, wall_ms - kCopiesKeptDays * kDayMs);
  if (removed == 0) return;
  log_info("store", "copies of days from before their migration are removed",
           {{"files", removed}, {"kept_days", kCopiesKeptDays}});
}

class SqliteEventStore final : public EventStore {
 public:
  SqliteEventStore(const StoreOptions& options, const Clock& clock, files::FileLock lock)
      : options_(options),
        clock_(clock),
        calendar_(clock),
        lock_(std::move(lock)),
        days_(options.path),
        new_days_(options.path),
        bad_days_(options.path),
        recent_(options.path, clock),
        dictionary_key_(dictionary_key_of(options.path)),
        rule_upkeep_(options, days_, calendar_, clock),
        column_upkeep_(options.path, days_, clock, options.free_percent_min),
        compact_upkeep_(options.path, options.compact_after_days, days_, clock) {}

  Result<StoreOutcome> store(std::span<const event::Row> rows) override;
  Result<Upkeep> maintain() override;
  bool gather_columns() override;
  Compacted compacted() const override { return compact_upkeep_.compacted(); }
  std::vector<std::uint64_t> removed_by_rules() const override { return rule_upkeep_.removed(); }
  std::optional<std::string> not_ready() const override;
  std::vector<BadDay> bad_days() const override { return bad_days_.list(); }
  Forecast forecast() const override { return forecast_sqlite_store(options_, clock_); }

 private:
  struct DayRows {
    std::int64_t day_ms;
    std::span<const RowOfDay> members;
  };

  void sort_by_day(std::span<const event::Row> rows, StoreOutcome& outcome);
  Result<void> drop_known(std::span<const event::Row> rows, StoreOutcome& outcome);
  std::vector<DayRows> days_of_batch() const;
  std::vector<DayRows> take_old(std::vector<DayRows>& days) const;
  Result<void> store_days(std::span<const event::Row> rows, StoreOutcome& outcome);
  bool may_go_on(const DayRows& day, const Result<void>& done, StoreOutcome& outcome,
                 Result<void>& held);
  Result<void> store_day(const DayRows& day, std::span<const event::Row> rows,
                         StoreOutcome& outcome);
  bool store_together(std::span<const DayRows> days, std::span<const event::Row> rows,
                      StoreOutcome& outcome, Result<void>& held);
  void account(const DayRows& day, StoreOutcome& of_day, std::size_t row_count,
               StoreOutcome& outcome);
  Result<void> insert_all(DayFile& file, std::span<const event::Row> rows,
                          std::span<const RowOfDay> members, StoreOutcome& outcome);
  Result<void> remember(std::span<const event::Row> rows);
  Result<DayFile*> open_day(std::int64_t day_ms);

  const StoreOptions options_;
  const Clock& clock_;
  Calendar calendar_;
  const files::FileLock lock_;
  OpenDays days_;
  NewDays new_days_;
  BadDays bad_days_;
  RecentIds recent_;
  RollupBatch rollups_;
  const crypto::HashKey dictionary_key_;
  RuleUpkeep rule_upkeep_;
  ColumnUpkeep column_upkeep_;
  CompactUpkeep compact_upkeep_;
  std::vector<RowOfDay> order_;
  std::vector<RecentIds::Key> keys_;     // Of the batch's rows that clients named, ascending.
  std::vector<std::uint32_t> named_;     // The rows that they belong to.
  std::vector<std::uint32_t> in_place_;  // Named rows that are in their days' files.
  std::int64_t next_sequence_ = 0;
  // False from the start: the process before may have made a file and not got so far.
  bool is_folder_synced_ = false;
};

Result<StoreOutcome> SqliteEventStore::store(std::span<const event::Row> rows) {
  calendar_.look();
  StoreOutcome outcome;
  sort_by_day(rows, outcome);
  PENSTOCK_TRY(drop_known(rows, outcome));
  const auto stored = store_days(rows, outcome);
  // Also what is stored of a batch that will come again.
  PENSTOCK_TRY(remember(rows));
  if (!stored) return fail(stored.error());
  days_.close_unused(kClosedWithABatch);
  std::sort(outcome.refused.begin(), outcome.refused.end(),
            [](const Refused& a, const Refused& b) { return a.index < b.index; });
  return outcome;
}

std::vector<SqliteEventStore::DayRows> SqliteEventStore::days_of_batch() const {
  std::vector<DayRows> days;
  const std::span<const RowOfDay> all(order_);
  for (std::size_t first = 0; first < all.size();) {
    std::size_t end = first + 1;
    while (end < all.size() && all[end].day_ms == all[first].day_ms) ++end;
    days.push_back({all[first].day_ms, all.subspan(first, end - first)});
    first = end;
  }
  return days;
}

// Takes those out of `days` that are old, where they are more than may be written one by one: they
// come last, so that events of today do not wait for them.
std::vector<SqliteEventStore::DayRows> SqliteEventStore::take_old(
    std::vector<DayRows>& days) const {
  const std::int64_t now_ms = clock_.wall_ms();
  const auto is_near = [now_ms](const DayRows& day) {
    return day.day_ms >= now_ms - kNearDays * kDayMs && day.day_ms <= now_ms + kDayMs;
  };
  const auto old = std::stable_partition(days.begin(), days.end(), is_near);
  if (static_cast<std::size_t>(days.end() - old) <= kOldDaysOneByOne) return {};
  std::vector<DayRows> taken(old, days.end());
  days.erase(old, days.end());
  return taken;
}

Result<void> SqliteEventStore::store_days(std::span<const event::Row> rows, StoreOutcome& outcome) {
  Result<void> held;
  in_place_.clear();
  auto days = days_of_batch();
  const auto old = take_old(days);
  for (const DayRows& day : days) {
    if (!may_go_on(day, store_day(day, rows, outcome), outcome, held)) return held;
  }
  if (old.empty()) return held;
  std::vector<std::int64_t> old_ms;
  old_ms.reserve(old.size());
  for (const DayRows& day : old) old_ms.push_back(day.day_ms);
  PENSTOCK_TRY(new_days_.make(old_ms));
  const std::size_t together = days_.old_open_max();
  for (std::size_t first = 0; first < old.size(); first += together) {
    const auto some = std::span(old).subspan(first, std::min(together, old.size() - first));
    if (!store_together(some, rows, outcome, held)) return held;
  }
  return held;
}

// A day's own fault sets its rows aside; one that passes holds the batch, but not the other days.
// False: it is of the whole machine or the whole folder.
bool SqliteEventStore::may_go_on(const DayRows& day, const Result<void>& done,
                                 StoreOutcome& outcome, Result<void>& held) {
  if (done) {
    bad_days_.remove(day.day_ms);
    return true;
  }
  days_.close(day.day_ms);
  if (!is_fault_of_day(options_.path, day.day_ms, done.error())) {
    held = fail(done.error());
    return done.error().code == ErrorCode::kOverloaded;
  }
  if (bad_days_.may_pass(day.day_ms, done.error(), clock_.mono_us())) {
    held = fail(done.error());
    return true;
  }
  const std::string reason = bad_days_.add(day.day_ms, done.error());
  for (const RowOfDay& member : day.members) outcome.refused.push_back({member.index, reason});
  return true;
}

// Each day's rows are a transaction of its own, and none is told of before one sync for all of
// them. False: no other day can be stored.
bool SqliteEventStore::store_together(std::span<const DayRows> days,
                                      std::span<const event::Row> rows, StoreOutcome& outcome,
                                      Result<void>& held) {
  struct Written {
    DayFile* file = nullptr;
    Result<void> done;
    StoreOutcome outcome;
  };
  const auto folder = files::open_folder(options_.path);  // What fails from here on is told.
  if (!folder) {
    held = fail(folder.error());
    return false;
  }
  std::vector<Written> all(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    compact_upkeep_.give_up(days[i].day_ms);
    auto file = days_.open_old(days[i].day_ms);
    if (file) {
      all[i].file = *file;
      all[i].done = insert_all(**file, rows, days[i].members, all[i].outcome);
    } else {
      all[i].done = fail(file.error());
    }
  }
  const auto synced = files::sync_file_system(*folder);
  bool goes_on = true;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (all[i].done) all[i].done = synced;
    if (all[i].done) all[i].done = all[i].file->shorten_journal();
    if (all[i].done) account(days[i], all[i].outcome, rows.size(), outcome);
    goes_on = may_go_on(days[i], all[i].done, outcome, held) && goes_on;
  }
  return goes_on;
}

// The day is that of occurred_at. For every id of ours it is the id's day too; ids that other
// programs chose may say anything, and must not open files in other centuries.
void SqliteEventStore::sort_by_day(std::span<const event::Row> rows, StoreOutcome& outcome) {
  order_.clear();
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const std::int64_t at_ms = rows[i].record.occurred_at_ms;
    if (is_storable_time(at_ms)) {
      order_.push_back({event::start_of_day(at_ms), i});
    } else {
      outcome.refused.push_back({i, "its time is outside the years 1970 to 9999"});
    }
  }
  const auto by_day = [](const RowOfDay& a, const RowOfDay& b) { return a.day_ms < b.day_ms; };
  if (!std::is_sorted(order_.begin(), order_.end(), by_day)) {
    std::stable_sort(order_.begin(), order_.end(), by_day);
  }
}

// Rows that a client named and that were stored lately, on whatever day, and all but the first of
// those that are in the batch twice.
Result<void> SqliteEventStore::drop_known(std::span<const event::Row> rows, StoreOutcome& outcome) {
  named_.clear();
  keys_.clear();
  for (const RowOfDay& member : order_) {
    if (rows[member.index].record.id.is_from_client()) named_.push_back(member.index);
  }
  if (named_.empty()) return {};
  const std::int64_t now_ms = clock_.wall_ms();
  std::vector<std::pair<RecentIds::Key, std::uint32_t>> sorted;
  sorted.reserve(named_.size());
  for (const std::uint32_t index : named_) {
    sorted.emplace_back(RecentIds::key_of(rows[index].record, now_ms), index);
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.hash, a.first.rest, a.second) <
           std::tie(b.first.hash, b.first.rest, b.second);
  });
  for (const auto& [key, index] : sorted) keys_.push_back(key);

  auto known = recent_.find(keys_);
  if (!known) return fail(known.error());
  std::vector<bool> is_dropped(rows.size(), false);
  named_.clear();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool is_again = i > 0 && sorted[i].first.has_same_id(sorted[i - 1].first);
    if (is_again || (*known)[i]) {
      is_dropped[sorted[i].second] = true;
      ++outcome.duplicates;
    } else {
      keys_[kept++] = sorted[i].first;
      named_.push_back(sorted[i].second);
    }
  }
  keys_.resize(kept);
  std::erase_if(order_, [&](const RowOfDay& member) { return is_dropped[member.index]; });
  return {};
}

// Duplicates too: a crash may have come between a day's transaction and this one.
Result<void> SqliteEventStore::remember(std::span<const event::Row> rows) {
  if (keys_.empty() || in_place_.empty()) return {};
  std::vector<bool> is_in_place(rows.size(), false);
  for (const std::uint32_t index : in_place_) is_in_place[index] = true;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (is_in_place[named_[i]]) keys_[kept++] = keys_[i];
  }
  keys_.resize(kept);
  if (keys_.empty()) return {};
  return recent_.add(keys_, clock_.wall_ms(), calendar_.is_settled());
}

Result<DayFile*> SqliteEventStore::open_day(std::int64_t day_ms) {
  // A file whose entry is not synced is gone after a power cut, with all that is in it.
  if (!mark_of(day_path(options_.path, day_ms))) is_folder_synced_ = false;
  compact_upkeep_.give_up(day_ms);
  auto file = days_.open(day_ms);
  if (!file) return fail(file.error());
  if (!is_folder_synced_) PENSTOCK_TRY(files::sync_folder(options_.path));
  is_folder_synced_ = true;
  return file;
}

Result<void> SqliteEventStore::store_day(const DayRows& day, std::span<const event::Row> rows,
                                         StoreOutcome& outcome) {
  auto file = open_day(day.day_ms);
  if (!file) return fail(file.error());
  StoreOutcome of_day;
  PENSTOCK_TRY(insert_all(**file, rows, day.members, of_day));
  PENSTOCK_TRY((*file)->sync());
  account(day, of_day, rows.size(), outcome);
  return {};
}

void SqliteEventStore::account(const DayRows& day, StoreOutcome& of_day, std::size_t row_count,
                               StoreOutcome& outcome) {
  std::vector<bool> is_refused;
  if (!of_day.refused.empty()) {
    is_refused.resize(row_count);
    for (const Refused& refused : of_day.refused) is_refused[refused.index] = true;
  }
  for (const RowOfDay& member : day.members) {
    if (is_refused.empty() || !is_refused[member.index]) in_place_.push_back(member.index);
  }
  outcome.stored += of_day.stored;
  outcome.duplicates += of_day.duplicates;
  std::move(of_day.refused.begin(), of_day.refused.end(), std::back_inserter(outcome.refused));
}

// In one transaction.
//
// Row ids are the order of storing over all days: the wall clock in microseconds, or one more than
// the last where that is not ahead. So a reader follows all files with one number (Queries).
Result<void> SqliteEventStore::insert_all(DayFile& file, std::span<const event::Row> rows,
                                          std::span<const RowOfDay> members,
                                          StoreOutcome& outcome) {
  auto transaction = file.begin();
  if (!transaction) return fail(transaction.error());
  auto last = file.last_sequence();
  if (!last) return fail(last.error());
  next_sequence_ = std::max({next_sequence_, *last + 1, clock_.wall_ms() * 1'000});

  rollups_.clear();
  std::string anonymized;
  event::Row changed;
  for (const RowOfDay& member : members) {
    const bool is_changed = options_.anonymize_ip || rows[member.index].record.kind.empty();
    if (is_changed) changed = rows[member.index];
    // As it is stored: rollups and columns see no other address, by which visitors are told apart.
    if (options_.anonymize_ip) changed.record.ip = anonymized = anonymized_ip(changed.record.ip);
    if (is_changed && changed.record.kind.empty()) {
      changed.record.kind = event::default_kind(changed.record.name);
    }
    const event::Row& row = is_changed ? changed : rows[member.index];
    auto inserted = file.insert(next_sequence_, row, row.record.ip);
    if (!inserted) return fail(inserted.error());
    switch (*inserted) {
      case DayFile::Inserted::kStored:
        ++outcome.stored;
        rollups_.add(row);
        PENSTOCK_TRY(file.columns().stored(next_sequence_++, row, dictionary_key_));
        break;
      case DayFile::Inserted::kDuplicate:
        ++outcome.duplicates;
        break;
      case DayFile::Inserted::kRefused:
        outcome.refused.push_back({member.index, "the store refuses this event by itself"});
        break;
    }
  }
  PENSTOCK_TRY(rollups_.write(file.rollups()));
  return transaction->commit();
}

bool SqliteEventStore::gather_columns() {
  const auto before_change = [this](std::int64_t day_ms) { compact_upkeep_.give_up(day_ms); };
  // Both: a day whose rows were deleted is sealed anew before it gives its free pages back.
  const bool has_rows = rule_upkeep_.step(before_change);
  return column_upkeep_.step(dictionary_key_) || has_rows || compact_upkeep_.step();
}

Result<Upkeep> SqliteEventStore::maintain() {
  days_.grow_older();
  days_.close_unused(kClosedAtUpkeep);
  calendar_.look();
  if (!calendar_.is_settled()) return Upkeep();
  const auto past = days_past(retention_of(options_, kWitnesses), calendar_);
  for (const std::int64_t day_ms : past) {
    compact_upkeep_.give_up(day_ms);
    days_.close(day_ms);
  }
  remove_old_copies(options_.path, clock_.wall_ms());
  const Removal removal = remove_days(options_.path, past, kRemovedAtOnce);
  if (!removal.done) return fail(removal.done.error());
  return Upkeep{static_cast<std::uint32_t>(removal.days.size())};
}

std::optional<std::string> SqliteEventStore::not_ready() const {
  if (access(options_.path.c_str(), R_OK | W_OK | X_OK) == 0) return std::nullopt;
  return str_cat("the store's folder cannot be written (", options_.path, ": ",
                 std::generic_category().message(errno), ")");
}

// A program that is older than its data says so at once, and not by dead letters. After an upgrade
// that is taken back within hours it is today's file alone; later it is all of the newest ones. A
// single such file of another day is a bad day as any other.
Result<void> check_newest_days(const std::string& folder, const Clock& clock) {
  auto days = list_days(folder);
  if (days.size() > kWitnesses) days.erase(days.begin(), days.end() - kWitnesses);
  std::int64_t newest = 0;
  const auto is_newer = [&](std::int64_t day_ms) {
    const auto version = sqlite::version_of_file(day_path(folder, day_ms)).value_or(0);
    newest = std::max(newest, version);
    return is_newer_version(version);
  };
  const bool is_recent = !days.empty() && days.back() >= clock.wall_ms() - 2 * kDayMs;
  const bool is_older_than_data =
      is_recent ? is_newer(days.back())
                : days.size() > 1 && std::all_of(days.begin(), days.end(), is_newer);
  if (!is_older_than_data) return {};
  return files::fail_by_newer_version(str_cat("open the day ", day_text(days.back())), newest,
                                      kSchemaVersion);
}

// Days that a process which died had open: readers cannot do what a rollback journal says (of a
// power cut while the file was closed), and would not see the day until something is stored in it;
// and what lies in a WAL belongs into its file, which may not be opened again for long.
void close_days_of_the_dead(const std::string& folder) {
  for (const std::int64_t day_ms : list_days(folder)) {
    const std::string path = day_path(folder, day_ms);
    if (!is_plain_file(path + "-journal") && journal_bytes(path) == 0) continue;
    const auto file = DayFile::open(path);
    if (!file) {
      log_warn("store.journal", "a day's journal cannot be rolled back",
               {{"file", path}, {"error", to_text(file.error())}});
    }
  }
}

constexpr const char* kMigrationRemedy =
    "penstock store check says more; restore the file from a backup, or move it out of the folder";

std::string lock_path(const std::string& folder) { return folder + "/writer.lock"; }

tl::unexpected<Error> fail_by_other_worker() {
  return fail(ErrorCode::kConfiguration, "lock the store: another worker writes to it");
}

Result<files::FileLock> lock_for_writing(const std::string& folder) {
  auto lock = files::FileLock::try_take(lock_path(folder));
  if (!lock) return fail(lock.error());
  if (!*lock) return fail_by_other_worker();
  return *std::move(*lock);
}

}  // namespace

Result<std::unique_ptr<EventStore>> open_sqlite_store(const StoreOptions& options,
                                                      const Clock& clock) {
  PENSTOCK_TRY(files::make_folders(options.path, kFolderMode));
  auto lock = lock_for_writing(options.path);
  if (!lock) return fail(lock.error());
  PENSTOCK_TRY(check_newest_days(options.path, clock));
  PENSTOCK_TRY(sqlite::refuse_newer(RecentIds::path_in(options.path), kRecentIdsVersion));
  close_days_of_the_dead(options.path);
  remove_drafts(options.path);
  // For what it says in the log: at the start a person looks there.
  static_cast<void>(days_past(retention_of(options, kWitnesses), Calendar(clock)));
  return std::unique_ptr<EventStore>(
      std::make_unique<SqliteEventStore>(options, clock, *std::move(lock)));
}

Result<FilesDone> migrate_sqlite_store(const std::string& path, bool keeps_copies) {
  auto lock = lock_for_writing(path);
  if (!lock) return fail(lock.error());
  FilesDone done;
  for (const std::int64_t day_ms : list_days(path)) {
    const std::string file = day_path(path, day_ms);
    if ((sqlite::version_of_file(file).value_or(0) & ~kCompactForm) == kSchemaVersion) continue;
    const auto migrated = DayFile::open(file, keeps_copies);
    if (migrated) {
      ++done.files;
    } else if (is_fault_of_day(path, day_ms, migrated.error())) {
      done.faults.push_back({file, sqlite_text(migrated.error()), kMigrationRemedy});
    } else {
      return fail(migrated.error());
    }
  }
  return done;
}

Result<std::vector<std::int64_t>> prune_sqlite_store(const StoreOptions& options,
                                                     const Clock& clock, bool is_dry_run) {
  if (access(options.path.c_str(), R_OK | X_OK | (is_dry_run ? 0 : W_OK)) != 0) {
    return files::fail_by_errno(errno, "open the store's folder");
  }
  const auto past = days_past(retention_of(options, 1), Calendar(clock));
  if (is_dry_run) return past;
  Removal removal = remove_days(options.path, past, past.size());
  if (!removal.done) return fail(removal.done.error());
  return std::move(removal.days);
}

std::vector<files::FileVersion> sqlite_store_versions(const std::string& path) {
  std::vector<files::FileVersion> versions;
  const auto add = [&versions](const std::string& file, std::int64_t known) {
    // 0: it was only just made.
    const auto version = sqlite::version_of_file(file).value_or(0) & ~kCompactForm;
    if (version != 0) versions.push_back({file, version, known});
  };
  add(RecentIds::path_in(path), kRecentIdsVersion);
  for (const std::int64_t day_ms : list_days(path)) add(day_path(path, day_ms), kSchemaVersion);
  return versions;
}

StoreSizes sqlite_store_sizes(const std::string& path) {
  StoreSizes sizes;
  for (const std::int64_t day_ms : list_days(path)) {
    sizes.days.push_back({day_ms, day_bytes(day_path(path, day_ms))});
  }
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  if (!error) sizes.free_bytes = space.available;
  return sizes;
}

Forecast forecast_sqlite_store(const StoreOptions& options, const Clock& clock) {
  return store::forecast(sqlite_store_sizes(options.path), options, clock.wall_ms());
}

Result<void> check_sqlite_store_unused(const std::string& path) {
  if (files::FileLock::is_held(lock_path(path)).value_or(false)) return fail_by_other_worker();
  return {};
}

}  // namespace penstock::store
