#include "store/sqlite/recent_ids.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "files/newer_version.h"
#include "sqlite/versions.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/older_recent_ids.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBusyTimeoutMs = 1'000;
constexpr std::int64_t kCacheKib = 8'192;
// As for day files: a checkpoint syncs twice.
constexpr const char* kCheckpointPages = "PRAGMA wal_autocheckpoint=8000";
constexpr const char* kSetVersion = "PRAGMA user_version = 2";

std::int64_t day_of(std::int64_t wall_ms) { return std::max<std::int64_t>(0, wall_ms) / kDayMs; }

bool is_passing(const Error& error) {
  return error.code == ErrorCode::kOverloaded || error.code == ErrorCode::kExhausted;
}

// Each day's keys in the order in which they came: nearly always there is one day.
std::vector<std::vector<IdKey>> by_day(std::span<const IdKey> keys) {
  std::map<std::int64_t, std::vector<IdKey>> days;
  for (const IdKey& key : keys) days[key.day].push_back(key);
  std::vector<std::vector<IdKey>> lists;
  lists.reserve(days.size());
  for (auto& [day, list] : days) lists.push_back(std::move(list));
  return lists;
}

Result<sqlite::Database> open_database(const std::string& path) {
  if (mark_of(path) && !is_plain_file(path)) {
    return fail(ErrorCode::kConfiguration, "open recent.db, which is no plain file");
  }
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database) return database;
  PENSTOCK_TRY(database->execute(kCheckpointPages));
  return database;
}

Result<void> create_tables(sqlite::Database& database) {
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(IdRuns::create(database));
  PENSTOCK_TRY(database.execute(kSetVersion));
  return transaction->commit();
}

// A file that is new gets its tables, an older one is brought up to date.
Result<std::unique_ptr<IdRuns>> open_runs(const std::string& path) {
  auto database = open_database(path);
  if (!database) return fail(database.error());
  const auto version = sqlite::version_of(*database);
  if (!version) return fail(version.error());
  if (*version < 0 || *version > kRecentIdsVersion) {
    return files::fail_by_newer_version("open recent.db", *version, kRecentIdsVersion);
  }
  if (*version == 1) return migrate_recent_ids(*std::move(database), path);
  if (*version == 0) PENSTOCK_TRY(create_tables(*database));
  return IdRuns::open(*std::move(database));
}

}  // namespace

// The time is left out, and so are the bits that every id has: version and variant, and the one
// that says who chose it. A receipt in the future (another program's, or a clock gone wrong) counts
// as tomorrow's: it must not outlive all others.
RecentIds::Key RecentIds::key_of(const event::Record& record, std::int64_t now_ms) {
  const auto& bytes = record.id.bytes;
  std::uint64_t tail = 0;
  for (std::size_t i = 8; i < 16; ++i) tail = tail << 8 | bytes[i];
  const auto front = static_cast<std::uint16_t>((bytes[6] & 0x0f) << 8 | bytes[7]);
  return {.hash = (tail << 2 & ~std::uint64_t{7}) | front >> 9,
          .rest = static_cast<std::uint16_t>(front & 0x1ff),
          .day = std::min(day_of(record.received_at_ms), day_of(now_ms) + 1)};
}

RecentIds::RecentIds(const std::string& folder, const Clock& clock)
    : path_(path_in(folder)), clock_(clock) {}
RecentIds::~RecentIds() = default;

Result<void> RecentIds::open() {
  if (file_ != nullptr && mark_of(path_) == mark_) return {};
  file_.reset();
  if (!mark_of(path_)) remove_stale_journal(path_);
  auto file = open_runs(path_);
  if (!file) return fail(file.error());
  file_ = *std::move(file);
  mark_ = mark_of(path_);
  return {};
}

// What SQLite cannot use is kept for a person to look at, under a name that nothing reads.
void RecentIds::set_aside(const Error& error) {
  file_.reset();
  log_warn("store.recent_anew",
           "recent.db cannot be used and is made anew; an event that a client sends again, with "
           "another time, may be stored twice",
           {{"file", path_}, {"error", sqlite_text(error)}});
  remove_stale_journal(path_);
  static_cast<void>(std::rename(path_.c_str(), (path_ + ".bad").c_str()));
}

template <class Work>
Result<void> RecentIds::with_file(Work work) {
  const auto try_once = [&]() -> Result<void> {
    PENSTOCK_TRY(open());
    return work(*file_);
  };
  auto done = try_once();
  if (!done && rights_wait_.may_pass(done.error(), clock_.mono_us())) {
    file_.reset();
    return done;
  }
  const bool is_of_no_use = !done && !is_passing(done.error()) &&
                            !files::is_newer_version(done.error()) && mark_of(path_);
  if (is_of_no_use) {
    set_aside(done.error());
    done = try_once();
  }
  if (done) {
    rights_wait_.end();
    is_unusable_said_ = false;
    return {};
  }
  file_.reset();
  if (is_passing(done.error())) return done;
  if (!std::exchange(is_unusable_said_, true)) {
    log_error("store.recent_absent",
              "there is no recent.db; clients' ids are unique within a day alone",
              {{"file", path_}, {"error", sqlite_text(done.error())}});
  }
  return {};
}

Result<std::vector<bool>> RecentIds::find(std::span<const Key> keys) {
  std::vector<bool> known;
  auto done = with_file([&](IdRuns& file) { return file.find(keys, kPromisedDays, known); });
  if (!done) return fail(done.error());
  known.resize(keys.size(), false);
  return known;
}

Result<void> RecentIds::add(std::span<const Key> keys, std::int64_t now_ms, bool forgets) {
  const std::int64_t today = day_of(now_ms);
  return with_file([&](IdRuns& file) -> Result<void> {
    auto transaction = sqlite::Transaction::begin(file.database());
    if (!transaction) return fail(transaction.error());
    for (const std::vector<Key>& day : by_day(keys)) PENSTOCK_TRY(file.add(day, today));
    PENSTOCK_TRY(file.merge());
    if (forgets) PENSTOCK_TRY(forget(today));
    return transaction->commit();
  });
}

// What was added lately is kept although it was received long ago: a spool that was found again may
// hold the same event twice.
Result<void> RecentIds::forget(std::int64_t today) {
  const bool is_full = file_->keys() > kKeysMax;
  const std::int64_t kept_days = is_full ? kKeptDays * kKeysMax / file_->keys() : kKeptDays;
  if (is_full && !is_full_said_) {
    log_warn("store.recent_full", "recent.db is full; clients' ids are remembered for fewer days",
             {{"keys_max", kKeysMax}, {"days", kept_days}});
  }
  is_full_said_ = is_full;
  return file_->forget(today - kept_days, is_full ? today + 1 : today - 1);
}

}  // namespace penstock::store
