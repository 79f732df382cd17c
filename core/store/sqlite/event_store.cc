#include "store/sqlite/event_store.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/contract/anonymize.h"
#include "store/rollup/rollup.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/open_days.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/writer_lock.h"

namespace penstock::store {
namespace {

// A client's retry that crosses midnight comes within this.
constexpr std::int64_t kRetryAfterMidnightMs = 7'200'000;
constexpr mode_t kFolderMode = 0750;

struct RowOfDay {
  std::int64_t day_ms;
  std::uint32_t index;
};

// Every part of the path that is missing.
Result<void> make_folders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (mkdir(part.c_str(), kFolderMode) != 0 && errno != EEXIST) {
      return fail(ErrorCode::kConfiguration, errno, "create the store's folder");
    }
    if (slash == std::string::npos) return {};
  }
}

// A file or folder whose entry is not synced is gone after a power cut, with all that is in it.
void sync_folder(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

class SqliteEventStore final : public EventStore {
 public:
  SqliteEventStore(const StoreOptions& options, const Clock& clock, WriterLock lock)
      : options_(options), clock_(clock), lock_(std::move(lock)), days_(options.path) {}

  Result<StoreOutcome> store(std::span<const event::Row> rows) override;
  Result<std::uint32_t> prune() override;
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
  WriterLock lock_;
  OpenDays days_;
  RollupBatch rollups_;
  std::vector<RowOfDay> order_;
  std::vector<std::uint32_t> stored_before_;  // Rows of the day in hand that the day before has.
  std::int64_t next_sequence_ = 0;
};

Result<StoreOutcome> SqliteEventStore::store(std::span<const event::Row> rows) {
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
  if (is_new) sync_folder(options_.path);
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

Result<std::uint32_t> SqliteEventStore::prune() {
  if (options_.retention_days == 0) return 0;
  const std::int64_t oldest_kept_ms =
      event::start_of_day(clock_.wall_ms()) - std::int64_t{options_.retention_days} * kDayMs;
  std::uint32_t removed = 0;
  for (const std::int64_t day_ms : list_days(options_.path)) {
    if (day_ms >= oldest_kept_ms) break;
    days_.close(day_ms);
    if (!remove_day(day_path(options_.path, day_ms))) {
      return fail(ErrorCode::kConfiguration, errno, "remove a day file that is past retention");
    }
    ++removed;
  }
  if (removed > 0) sync_folder(options_.path);
  return removed;
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
  PENSTOCK_TRY(make_folders(options.path));
  auto lock = WriterLock::take(options.path);
  if (!lock) return fail(lock.error());
  PENSTOCK_TRY(check_newest_day(options.path));
  return std::unique_ptr<EventStore>(
      std::make_unique<SqliteEventStore>(options, clock, *std::move(lock)));
}

}  // namespace penstock::store
