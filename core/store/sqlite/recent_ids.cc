#include "store/sqlite/recent_ids.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "store/sqlite/bad_days.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBusyTimeoutMs = 1'000;
// A batch of 5,000 named rows changes as many pages once there are some million keys.
constexpr std::int64_t kCacheKib = 65'536;
// As for day files: a checkpoint syncs twice, and a batch touches many pages here.
constexpr const char* kCheckpointPages = "PRAGMA wal_autocheckpoint=8000";
constexpr std::int64_t kVersion = 1;
// `rest` holds 12 bits of the key above 16 bits of the day. `swept` is where forgetting goes on.
constexpr const char* kTables = R"(
CREATE TABLE recent (low INTEGER PRIMARY KEY, rest INTEGER NOT NULL);
CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER, swept INTEGER);
INSERT INTO state VALUES (1, 0, 0);
PRAGMA user_version = 1;
)";

constexpr std::int64_t kDayBits = 16;
constexpr std::int64_t kDayMask = (std::int64_t{1} << kDayBits) - 1;
// Rows looked at for each that is added. With 4 the whole file is seen within 3 days of traffic.
constexpr std::size_t kSweptPerRow = 4;
constexpr std::size_t kSweptMin = 64;

std::int64_t day_of(std::int64_t wall_ms) { return std::max<std::int64_t>(0, wall_ms) / kDayMs; }

bool is_passing(const Error& error) {
  return error.code == ErrorCode::kOverloaded || error.code == ErrorCode::kExhausted;
}

}  // namespace

struct RecentIds::File {
  sqlite::Database database;
  sqlite::Statement find;
  sqlite::Statement insert;
  sqlite::Statement renew;
  sqlite::Statement page;
  sqlite::Statement remove;
  sqlite::Statement read_state;
  sqlite::Statement write_state;

  struct State {
    std::int64_t rows;
    std::int64_t swept;
  };

  static Result<std::unique_ptr<File>> open(const std::string& path);
  Result<State> state();
  Result<void> add(std::span<const Key> keys, State& state);
  Result<void> forget(std::int64_t oldest_kept_day, std::size_t rows_seen, State& state);
};

// The time is left out, and so are the bits that every id has: version and variant, and the one
// that says who chose it. A receipt in the future (another program's, or a clock gone wrong) counts
// as tomorrow's: it must not outlive all others.
RecentIds::Key RecentIds::Key::of(const event::Record& record, std::int64_t now_ms) {
  const auto& bytes = record.id.bytes;
  Key key;
  for (std::size_t i = 8; i < 16; ++i)
    key.low = key.low << 8 | (i == 8 ? bytes[i] & 0x3f : bytes[i]);
  key.low >>= 1;
  key.high = (bytes[6] & 0x0f) << 8 | bytes[7];
  key.day = std::min({day_of(record.received_at_ms), day_of(now_ms) + 1, kDayMask});
  return key;
}

Result<std::unique_ptr<RecentIds::File>> RecentIds::File::open(const std::string& path) {
  if (mark_of(path) && !is_plain_file(path)) {
    return fail(ErrorCode::kConfiguration, "open recent.db, which is no plain file");
  }
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute(kCheckpointPages));
  auto version = database->prepare("PRAGMA user_version");
  if (!version) return fail(version.error());
  PENSTOCK_TRY(version->step());
  if (version->integer(0) == 0) {
    version->reset();
    auto transaction = sqlite::Transaction::begin(*database);
    if (!transaction) return fail(transaction.error());
    PENSTOCK_TRY(database->execute(kTables));
    PENSTOCK_TRY(transaction->commit());
  } else if (version->integer(0) != kVersion) {
    return fail(ErrorCode::kConfiguration, version->integer(0),
                "open recent.db of another version");
  }
  version->reset();

  constexpr std::string_view kSql[] = {
      "SELECT rest FROM recent WHERE low = ?",
      "INSERT INTO recent (low, rest) VALUES (?, ?) ON CONFLICT DO NOTHING",
      "UPDATE recent SET rest = ? WHERE low = ? AND (rest & 65535) < ?",
      "SELECT low, rest FROM recent WHERE low > ? ORDER BY low LIMIT ?",
      "DELETE FROM recent WHERE low = ?",
      "SELECT rows, swept FROM state",
      "UPDATE state SET rows = ?, swept = ?",
  };
  std::vector<sqlite::Statement> made;
  for (const std::string_view sql : kSql) {
    auto statement = database->prepare(sql);
    if (!statement) return fail(statement.error());
    made.push_back(*std::move(statement));
  }
  return std::unique_ptr<File>(
      new File{*std::move(database), std::move(made[0]), std::move(made[1]), std::move(made[2]),
               std::move(made[3]), std::move(made[4]), std::move(made[5]), std::move(made[6])});
}

Result<RecentIds::File::State> RecentIds::File::state() {
  auto has_row = read_state.step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return fail(ErrorCode::kCorrupt, "read the state of recent.db");
  const State state{read_state.integer(0), read_state.integer(1)};
  read_state.reset();
  return state;
}

Result<void> RecentIds::File::add(std::span<const Key> keys, State& state) {
  for (const Key& key : keys) {
    const std::int64_t rest = key.high << kDayBits | key.day;
    insert.bind(1, key.low).bind(2, rest);
    PENSTOCK_TRY(insert.run());
    if (database.changes() > 0) {
      ++state.rows;
      continue;
    }
    renew.bind(1, rest).bind(2, key.low).bind(3, key.day - kPromisedDays);
    PENSTOCK_TRY(renew.run());
  }
  return {};
}

// A hand that goes round: some rows behind the place where it stopped, and from the start again.
Result<void> RecentIds::File::forget(std::int64_t oldest_kept_day, std::size_t rows_seen,
                                     State& state) {
  std::vector<std::int64_t> expired;
  std::size_t seen = 0;
  page.bind(1, state.swept).bind(2, rows_seen);
  while (true) {
    auto has_row = page.step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    ++seen;
    state.swept = page.integer(0);
    if ((page.integer(1) & kDayMask) < oldest_kept_day) expired.push_back(state.swept);
  }
  if (seen < rows_seen) state.swept = std::numeric_limits<std::int64_t>::min();
  for (const std::int64_t low : expired) {
    remove.bind(1, low);
    PENSTOCK_TRY(remove.run());
  }
  state.rows -= static_cast<std::int64_t>(expired.size());
  return {};
}

RecentIds::RecentIds(const std::string& folder) : path_(path_in(folder)) {}
RecentIds::~RecentIds() = default;

Result<void> RecentIds::open() {
  if (file_ != nullptr && mark_of(path_) == mark_) return {};
  file_.reset();
  if (!mark_of(path_)) remove_stale_journal(path_);
  auto file = File::open(path_);
  if (!file) return fail(file.error());
  file_ = *std::move(file);
  mark_ = mark_of(path_);
  return {};
}

// What SQLite cannot use is kept for a person to look at, under a name that nothing reads.
void RecentIds::set_aside(const Error& error) {
  file_.reset();
  log_warn("store",
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
  if (!done && !is_passing(done.error()) && mark_of(path_)) {
    set_aside(done.error());
    done = try_once();
  }
  if (done) {
    is_unusable_said_ = false;
    return {};
  }
  file_.reset();
  if (is_passing(done.error())) return done;
  if (!std::exchange(is_unusable_said_, true)) {
    log_error("store", "there is no recent.db; clients' ids are unique within a day alone",
              {{"file", path_}, {"error", sqlite_text(done.error())}});
  }
  return {};
}

Result<std::vector<bool>> RecentIds::find(std::span<const Key> keys) {
  std::vector<bool> known;
  auto done = with_file([&](File& file) -> Result<void> {
    known.assign(keys.size(), false);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      file.find.bind(1, keys[i].low);
      auto has_row = file.find.step();
      if (!has_row) return fail(has_row.error());
      if (!*has_row) continue;
      const std::int64_t rest = file.find.integer(0);
      file.find.reset();
      known[i] =
          rest >> kDayBits == keys[i].high && keys[i].day - (rest & kDayMask) <= kPromisedDays;
    }
    return {};
  });
  if (!done) return fail(done.error());
  known.resize(keys.size(), false);
  return known;
}

Result<void> RecentIds::add(std::span<const Key> keys, std::int64_t now_ms, bool forgets) {
  std::int64_t kept_days = kKeptDays;
  auto done = with_file([&](File& file) -> Result<void> {
    auto transaction = sqlite::Transaction::begin(file.database);
    if (!transaction) return fail(transaction.error());
    auto state = file.state();
    if (!state) return fail(state.error());
    PENSTOCK_TRY(file.add(keys, *state));
    if (forgets) {
      if (state->rows > kRowsMax) kept_days = kKeptDays * kRowsMax / state->rows;
      PENSTOCK_TRY(file.forget(day_of(now_ms) - kept_days,
                               std::max(kSweptMin, keys.size() * kSweptPerRow), *state));
    }
    file.write_state.bind(1, state->rows).bind(2, state->swept);
    PENSTOCK_TRY(file.write_state.run());
    return transaction->commit();
  });
  if (!done) return done;
  const bool is_full = kept_days < kKeptDays;
  if (is_full && !is_full_said_) {
    log_warn("store", "recent.db is full; clients' ids are remembered for fewer days",
             {{"rows_max", kRowsMax}, {"days", kept_days}});
  }
  is_full_said_ = is_full;
  return {};
}

}  // namespace penstock::store
