#include "store/sqlite/event_store.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/failure.h"
#include "files/file_lock.h"
#include "files/folder.h"
#include "store/contract/anonymize.h"
#include "store/contract/calendar.h"
#include "store/rollup/rollup.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/open_days.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// A client's retry that crosses midnight comes within this.
constexpr std::int64_t kRetryAfterMidnightMs = 7'200'000;
constexpr mode_t kFolderMode = 0750;
// Days that one maintain() removes, and the day files that must bear out the clock before it does.
// Whoever wants more at once says so himself (prune_sqlite_store).
constexpr std::size_t kRemovedAtOnce = 2;
constexpr std::size_t kWitnesses = 3;

struct RowOfDay {
  std::int64_t day_ms;
  std::uint32_t index;
};

Retention retention_of(const StoreOptions& options, std::size_t witnesses) {
  return {.folder = options.path, .days = options.retention_days, .witnesses = witnesses};
}

class SqliteEventStore final : public EventStore {
 public:
  SqliteEventStore(const StoreOptions& options, const Clock& clock, files::FileLock lock)
      : options_(options),
        clock_(clock),
        calendar_(clock),
        lock_(std::move(lock)),
        days_(options.path) {}

  Result<StoreOutcome> store(std::span<const event::Row> rows) override;
  Result<Upkeep> maintain() override;
  std::optional<std::string> not_ready() const override;
  std::uint64_t bytes() const override;

 private:
  void sort_by_day(std::span<const event::Row> rows, StoreOutcome& outcome);
  Result<void> store_day(std::int64_t day_ms, std::span<const event::Row> rows,
                         std::span<const RowOfDay> members, StoreOutcome& outcome);
  Result<void> insert_all(DayFile& file, std::span<const event::Row> rows,
                          std::span<const RowOfDay> members, StoreOutcome& outcome);
  Result<void> find_in_day_before(std::int64_t day_ms, std::span<const event::Row> rows,
                                  std::span<const RowOfDay> members);
  Result<DayFile*> open_day(std::int64_t day_ms);

  const StoreOptions options_;
  const Clock& clock_;
  Calendar calendar_;
  const files::FileLock lock_;
  OpenDays days_;
  RollupBatch rollups_;
  std::vector<RowOfDay> order_;
  std::vector<std::uint32_t> stored_before_;  // Rows of the day in hand that the day before has.
  std::int64_t next_sequence_ = 0;
};

Result<StoreOutcome> SqliteEventStore::store(std::span<const event::Row> rows) {
  calendar_.look();
  StoreOutcome outcome;
  sort_by_day(rows, outcome);
  for (std::size_t first = 0; first < order_.size();) {
    const std::int64_t day_ms = order_[first].day_ms;
    std::size_t end = first + 1;
    while (end < order_.size() && order_[end].day_ms == day_ms) ++end;

    auto done = store_day(day_ms, rows, std::span(order_).subspan(first, end - first), outcome);
    if (!done) {
      days_.close(day_ms);
      return fail(done.error());
    }
    first = end;
  }
  std::sort(outcome.refused.begin(), outcome.refused.end());
  return outcome;
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
      outcome.refused.push_back(i);
    }
  }
  const auto by_day = [](const RowOfDay& a, const RowOfDay& b) { return a.day_ms < b.day_ms; };
  if (!std::is_sorted(order_.begin(), order_.end(), by_day)) {
    std::stable_sort(order_.begin(), order_.end(), by_day);
  }
}

Result<DayFile*> SqliteEventStore::open_day(std::int64_t day_ms) {
  const bool is_new = !mark_of(day_path(options_.path, day_ms));
  auto file = days_.open(day_ms);
  if (!file) return fail(file.error());
  if (is_new) PENSTOCK_TRY(files::sync_folder(options_.path));
  return file;
}

Result<void> SqliteEventStore::store_day(std::int64_t day_ms, std::span<const event::Row> rows,
                                         std::span<const RowOfDay> members, StoreOutcome& outcome) {
  PENSTOCK_TRY(find_in_day_before(day_ms, rows, members));
  auto file = open_day(day_ms);
  if (!file) return fail(file.error());

  StoreOutcome of_day;
  auto transaction = (*file)->begin();
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(insert_all(**file, rows, members, of_day));
  PENSTOCK_TRY(transaction->commit());

  outcome.stored += of_day.stored;
  outcome.duplicates += of_day.duplicates;
  outcome.refused.insert(outcome.refused.end(), of_day.refused.begin(), of_day.refused.end());
  return {};
}

// Row ids are the order of storing over all days: the wall clock in microseconds, or one more than
// the last where that is not ahead. So a reader follows all files with one number (Queries).
Result<void> SqliteEventStore::insert_all(DayFile& file, std::span<const event::Row> rows,
                                          std::span<const RowOfDay> members,
                                          StoreOutcome& outcome) {
  auto last = file.last_sequence();
  if (!last) return fail(last.error());
  next_sequence_ = std::max({next_sequence_, *last + 1, clock_.wall_ms() * 1'000});

  rollups_.clear();
  auto before = stored_before_.begin();
  std::string anonymized;
  for (const RowOfDay& member : members) {
    if (before != stored_before_.end() && *before == member.index) {
      ++before;
      ++outcome.duplicates;
      continue;
    }
    const event::Row& row = rows[member.index];
    std::string_view ip = row.record.ip;
    if (options_.anonymize_ip) ip = anonymized = anonymized_ip(ip);
    auto inserted = file.insert(next_sequence_, row, ip);
    if (!inserted) return fail(inserted.error());
    switch (*inserted) {
      case DayFile::Inserted::kStored:
        ++next_sequence_;
        ++outcome.stored;
        rollups_.add(row);
        break;
      case DayFile::Inserted::kDuplicate:
        ++outcome.duplicates;
        break;
      case DayFile::Inserted::kRefused:
        outcome.refused.push_back(member.index);
        break;
    }
  }
  return rollups_.write(file.rollups());
}

// A client's id without a client's time has the start of the day as its time (event/id.h). Its
// retry after midnight has the next day's, so the day before is asked for it.
Result<void> SqliteEventStore::find_in_day_before(std::int64_t day_ms,
                                                  std::span<const event::Row> rows,
                                                  std::span<const RowOfDay> members) {
  stored_before_.clear();
  DayFile* before = nullptr;
  for (const RowOfDay& member : members) {
    const event::Record& record = rows[member.index].record;
    const std::int64_t after_midnight_ms = record.received_at_ms - day_ms;
    if (record.id.time_ms() != day_ms || after_midnight_ms < 0) continue;
    if (after_midnight_ms >= kRetryAfterMidnightMs) continue;
    const std::int64_t day_before_ms = day_ms - kDayMs;
    if (day_before_ms < 0) return {};
    if (before == nullptr) {
      auto file = days_.open_existing(day_before_ms);
      if (!file) return fail(file.error());
      if (*file == nullptr) return {};
      before = *file;
    }
    auto found = before->has(event::with_time(record.id, day_before_ms));
    if (!found) {
      days_.close(day_before_ms);
      return fail(found.error());
    }
    if (*found) stored_before_.push_back(member.index);
  }
  return {};
}

Result<Upkeep> SqliteEventStore::maintain() {
  calendar_.look();
  if (!calendar_.is_settled()) return Upkeep();
  const auto past = days_past(retention_of(options_, kWitnesses), calendar_);
  for (const std::int64_t day_ms : past) days_.close(day_ms);
  const Removal removal = remove_days(options_.path, past, kRemovedAtOnce);
  if (!removal.done) return fail(removal.done.error());
  return Upkeep{static_cast<std::uint32_t>(removal.days.size())};
}

std::optional<std::string> SqliteEventStore::not_ready() const {
  if (access(options_.path.c_str(), R_OK | W_OK | X_OK) == 0) return std::nullopt;
  return str_cat("the store's folder cannot be written (", options_.path, ": ",
                 std::generic_category().message(errno), ")");
}

std::uint64_t SqliteEventStore::bytes() const {
  std::uint64_t sum = 0;
  for (const std::int64_t day_ms : list_days(options_.path)) {
    sum += day_bytes(day_path(options_.path, day_ms));
  }
  return sum;
}

// A program that is older than its data says so at once, and not with its first batch.
Result<void> check_newest_day(const std::string& folder) {
  const auto days = list_days(folder);
  if (days.empty()) return {};
  auto file = DayFile::open(day_path(folder, days.back()));
  if (!file && file.error().code == ErrorCode::kConfiguration) return fail(file.error());
  return {};
}

}  // namespace

Result<std::unique_ptr<EventStore>> open_sqlite_store(const StoreOptions& options,
                                                      const Clock& clock) {
  PENSTOCK_TRY(files::make_folders(options.path, kFolderMode));
  auto lock = files::FileLock::try_take(options.path + "/writer.lock");
  if (!lock) return fail(lock.error());
  if (!*lock) {
    return fail(ErrorCode::kConfiguration, "lock the store: another worker writes to it");
  }
  PENSTOCK_TRY(check_newest_day(options.path));
  // For what it says in the log: at the start a person looks there.
  static_cast<void>(days_past(retention_of(options, kWitnesses), Calendar(clock)));
  return std::unique_ptr<EventStore>(
      std::make_unique<SqliteEventStore>(options, clock, *std::move(*lock)));
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

}  // namespace penstock::store
