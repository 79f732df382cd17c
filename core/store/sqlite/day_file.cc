#include "store/sqlite/day_file.h"

#include <filesystem>
#include <optional>

#include "base/text.h"
#include "event/kind.h"
#include "sqlite/versions.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// The worker's batch waits this long for somebody who holds the file, and then comes back later.
constexpr std::int64_t kBusyTimeoutMs = 1'000;
// Holds the indexes' inner pages of a busy day.
constexpr std::int64_t kCacheKib = 16'384;
// Many of them are open, and few rows come for each.
constexpr std::int64_t kOldCacheKib = 512;
// Of a day that is made by its first event. Four times SQLite's: rows of hundreds of bytes fill
// pages better, fewer are split, checked and looked up, and a block of a column is read by two
// calls instead of four (docs/decisions/0040).
constexpr std::int64_t kPageBytes = 16'384;
// A checkpoint copies each page of the journal once and syncs twice; with SQLite's 1,000 pages
// every batch of 5,000 rows would pay for one. 2,000 pages are 32 MiB of journal.
constexpr const char* kCheckpointPages = "PRAGMA wal_autocheckpoint=2000";

constexpr const char* kCheckpoint = "PRAGMA wal_checkpoint(PASSIVE)";
// A checkpoint that is not synced could lose what was durable before.
constexpr const char* kUnsynced = "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0";
constexpr const char* kSynced = "PRAGMA synchronous=FULL";
// Of a file whose commits are not synced. Beside hundreds of others it must not take 32 MiB.
constexpr std::uint64_t kOldJournalBytes = 1 << 20;

// SQLite's primary result codes for a value or a row that it will never take.
constexpr std::int64_t kTooBig = 18;
constexpr std::int64_t kConstraint = 19;
constexpr std::int64_t kMismatch = 20;
constexpr std::int64_t kPrimaryCodeMask = 0xff;

std::string insert_sql() {
  std::string sql = str_cat("INSERT INTO events (rowid,", kRowColumns, ") VALUES (?");
  for (int i = 0; i < kRowColumnCount; ++i) sql += ",?";
  // Not OR IGNORE: that would pass over every other conflict as well.
  return sql + ") ON CONFLICT (id) DO NOTHING";
}

// Nullopt of one that is still to be named.
std::optional<std::int64_t> day_of_path(const std::string& path) {
  return day_of_name(std::filesystem::path(path).filename().string());
}

bool is_refusal_of_the_row(const Error& error) {
  const std::int64_t code = error.native & kPrimaryCodeMask;
  return code == kTooBig || code == kConstraint || code == kMismatch;
}

}  // namespace

DayFile::DayFile(std::string path, FileMark mark, sqlite::Sync sync, sqlite::Database database,
                 RollupStatements rollups)
    : path_(std::move(path)),
      mark_(mark),
      sync_(sync),
      database_(std::move(database)),
      rollups_(std::move(rollups)),
      visits_(database_, day_of_path(path_)) {}

DayFile::~DayFile() {
  insert_.reset();
  insert_compact_.reset();
  // While a reader has the file open it stays in WAL mode, which is as good but for the two files
  // beside it.
  if (is_in_place()) static_cast<void>(database_.leave_wal());
}

Result<std::unique_ptr<DayFile>> DayFile::open(const std::string& path, bool keeps_copy,
                                               sqlite::Sync sync) {
  if (!mark_of(path)) {
    remove_stale_journal(path);
  } else if (!is_plain_file(path)) {
    return fail(ErrorCode::kConfiguration, "open a day file that is no plain file");
  }
  // Of a process that died, or of a sync that failed: its rows would be known as stored, and may
  // not be on the disk.
  const bool is_left_open = journal_bytes(path) > 0;
  const bool is_unsynced = sync == sqlite::Sync::kOff;
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = is_unsynced ? kOldCacheKib : kCacheKib,
                                                .page_bytes = kPageBytes,
                                                .can_shrink = true,
                                                .gathers_log = !is_unsynced});
  if (!database) return fail(database.error());
  if (is_left_open) {
    PENSTOCK_TRY(database->execute(kCheckpoint));
    PENSTOCK_TRY(database->sync_journal());
  }
  PENSTOCK_TRY(database->execute(kCheckpointPages));
  PENSTOCK_TRY(migrate(*database, path, keeps_copy));

  PENSTOCK_TRY(see_as_current(*database));

  if (is_unsynced) PENSTOCK_TRY(database->execute(kUnsynced));
  auto rollups = RollupStatements::prepare(*database);
  if (!rollups) return fail(rollups.error());
  const auto mark = mark_of(path);
  if (!mark) return fail(ErrorCode::kOverloaded, "find a day file that was just opened");
  std::unique_ptr<DayFile> file(
      new DayFile(path, *mark, sync, *std::move(database), *std::move(rollups)));
  PENSTOCK_TRY(file->prepare_insert());
  return file;
}

Result<void> DayFile::prepare_insert() {
  const auto version = sqlite::version_of(database_);
  if (!version) return fail(version.error());
  if (is_compact(*version)) {
    auto insert = CompactInsert::prepare(database_);
    if (!insert) return fail(insert.error());
    insert_compact_.emplace(*std::move(insert));
  } else {
    auto insert = database_.prepare(insert_sql());
    if (!insert) return fail(insert.error());
    insert_.emplace(*std::move(insert));
  }
  return {};
}

Result<void> DayFile::sync() {
  if (sync_ != sqlite::Sync::kOff) return {};
  PENSTOCK_TRY(database_.sync_journal());
  return shorten_journal();
}

Result<void> DayFile::shorten_journal() {
  if (sync_ != sqlite::Sync::kOff || journal_bytes(path_) < kOldJournalBytes) return {};
  PENSTOCK_TRY(database_.execute(kSynced));
  PENSTOCK_TRY(database_.execute(kCheckpoint));
  return database_.execute(kUnsynced);
}

bool DayFile::is_in_place() const { return mark_of(path_) == mark_; }

Result<DayFile::Inserted> DayFile::insert(std::int64_t sequence, const event::Row& row,
                                          std::string_view ip) {
  if (insert_compact_) {
    event::Row stored = row;
    stored.record.ip = ip;
    if (stored.record.kind.empty()) stored.record.kind = event::default_kind(stored.record.name);
    return insert_compact(sequence, stored);
  }
  insert_->bind(1, sequence);
  binder_.bind(*insert_, 2, row, ip);
  auto done = insert_->run();
  if (!done) {
    if (is_refusal_of_the_row(done.error())) return Inserted::kRefused;
    return fail(done.error());
  }
  return database_.changes() == 0 ? Inserted::kDuplicate : Inserted::kStored;
}

Result<DayFile::Inserted> DayFile::insert_compact(std::int64_t sequence, const event::Row& row) {
  auto is_new = insert_compact_->insert_new(sequence, row);
  if (is_new) return *is_new ? Inserted::kStored : Inserted::kDuplicate;
  if (is_refusal_of_the_row(is_new.error())) return Inserted::kRefused;
  return fail(is_new.error());
}

Result<std::int64_t> DayFile::last_sequence() {
  auto statement = database_.prepare("SELECT ifnull(max(rowid), 0) FROM events");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

}  // namespace penstock::store
