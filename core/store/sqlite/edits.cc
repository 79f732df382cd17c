#include "store/sqlite/edits.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sqlite/sqlite.h"
#include "sqlite/versions.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// The worker's batch waits for a second (day_file.cc); these rows take some hundredths of one.
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::int64_t kBusyTimeoutMs = 5'000;
constexpr std::int64_t kCacheKib = 4'096;

std::string update_sql() {
  std::string sql = "UPDATE events SET ";
  std::string_view rest = kRowColumns;
  for (int i = 1; i <= kRowColumnCount; ++i) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    sql += str_cat(i == 1 ? "" : ",", rest.substr(0, end), "=?", i);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return sql + " WHERE id=?1";
}

// One day's file, open to be changed.
class EditedDay {
 public:
  // Null where there is no such day.
  static Result<std::unique_ptr<EditedDay>> open(const std::string& path) {
    if (!is_plain_file(path)) return std::unique_ptr<EditedDay>();
    auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                  .sync = sqlite::Sync::kFull,
                                                  .busy_timeout_ms = kBusyTimeoutMs,
                                                  .cache_kib = kCacheKib,
                                                  .has_checkpoints = false});
    if (!database) return fail(database.error());
    // Before there were columns, nobody noted what is changed.
    PENSTOCK_TRY(migrate(*database, path));
    return std::unique_ptr<EditedDay>(new EditedDay(*std::move(database)));
  }
  ~EditedDay() { static_cast<void>(database_.leave_wal()); }
  EditedDay(const EditedDay&) = delete;
  EditedDay& operator=(const EditedDay&) = delete;

  Result<std::uint64_t> remove(std::span<const event::Id> ids) {
    auto transaction = sqlite::Transaction::begin(database_);
    if (!transaction) return fail(transaction.error());
    const auto version = sqlite::version_of(database_);
    if (!version) return fail(version.error());
    // Of a view, SQLite does not count what its triggers delete.
    auto statement = database_.prepare(is_compact(*version) ? "DELETE FROM compact_rows WHERE id=?"
                                                            : "DELETE FROM events WHERE id=?");
    if (!statement) return fail(statement.error());
    std::uint64_t removed = 0;
    for (const event::Id& id : ids) {
      PENSTOCK_TRY(statement->bind_blob(1, id.view()).run());
      removed += static_cast<std::uint64_t>(database_.changes());
    }
    PENSTOCK_TRY(transaction->commit());
    return removed;
  }

  Result<bool> change(const event::Id& id, FunctionRef<event::Row(const event::Row&)> make) {
    auto transaction = sqlite::Transaction::begin(database_);
    if (!transaction) return fail(transaction.error());
    auto select = database_.prepare(str_cat("SELECT ", kRowColumns, " FROM events WHERE id=?"));
    if (!select) return fail(select.error());
    auto has_row = select->bind_blob(1, id.view()).step();
    if (!has_row || !*has_row) return has_row;
    const event::Row before = row_of(*select, 0);
    event::Row after = make(before);
    after.record.id = before.record.id;
    after.record.project = before.record.project;
    after.record.received_at_ms = before.record.received_at_ms;
    after.record.occurred_at_ms = before.record.occurred_at_ms;
    auto update = database_.prepare(update_sql());
    if (!update) return fail(update.error());
    bind_row(*update, 1, after, after.record.ip);
    PENSTOCK_TRY(update->run());
    select->reset();
    PENSTOCK_TRY(transaction->commit());
    return true;
  }

 private:
  explicit EditedDay(sqlite::Database database) : database_(std::move(database)) {}

  sqlite::Database database_;
};

class SqliteEdits final : public EventEdits {
 public:
  explicit SqliteEdits(std::string folder) : folder_(std::move(folder)) {}

  Result<std::uint64_t> remove(std::span<const event::Id> ids) override {
    std::vector<event::Id> ascending(ids.begin(), ids.end());
    std::sort(ascending.begin(), ascending.end());  // By their times, so by days.
    std::uint64_t removed = 0;
    const std::span<const event::Id> all(ascending);
    for (std::size_t first = 0; first < all.size();) {
      const std::int64_t day_ms = event::start_of_day(all[first].time_ms());
      std::size_t end = first + 1;
      while (end < all.size() && event::start_of_day(all[end].time_ms()) == day_ms) ++end;
      const auto of_day = remove_of_day(day_ms, all.subspan(first, end - first));
      if (!of_day) return of_day;
      removed += *of_day;
      first = end;
    }
    return removed;
  }

  Result<bool> change(const event::Id& id,
                      FunctionRef<event::Row(const event::Row&)> make) override {
    auto day = open(event::start_of_day(id.time_ms()));
    if (!day) return fail(day.error());
    return *day == nullptr ? false : (*day)->change(id, make);
  }

 private:
  Result<std::unique_ptr<EditedDay>> open(std::int64_t day_ms) const {
    if (!is_storable_time(day_ms)) return std::unique_ptr<EditedDay>();
    return EditedDay::open(day_path(folder_, day_ms));
  }

  Result<std::uint64_t> remove_of_day(std::int64_t day_ms, std::span<const event::Id> ids) const {
    auto day = open(day_ms);
    if (!day) return fail(day.error());
    std::uint64_t removed = 0;
    while (*day != nullptr && !ids.empty()) {
      const auto some = ids.first(std::min(ids.size(), kRowsAtOnce));
      const auto done = (*day)->remove(some);
      if (!done) return done;
      removed += *done;
      ids = ids.subspan(some.size());
    }
    return removed;
  }

  const std::string folder_;
};

}  // namespace

std::unique_ptr<EventEdits> make_sqlite_edits(const std::string& folder) {
  return std::make_unique<SqliteEdits>(folder);
}

}  // namespace penstock::store
