#include "store/sqlite/migrations.h"

#include <iterator>

#include "sqlite/versions.h"
#include "store/columns/column.h"
#include "store/sqlite/compact_schema.h"

namespace penstock::store {
namespace {

// Row ids are the order of storing over all days (event_store.cc). Texts that are absent are empty,
// not NULL, so that a comparison means what it says.
//
// Rollups: `step` is 60, 3600 or 86400, `at` the start of that time in seconds. The key's order
// puts what one batch touches side by side and makes a chart one range of the tree.
constexpr const char* kTables = R"(
CREATE TABLE events (
  id BLOB PRIMARY KEY,
  project TEXT,
  source TEXT,
  name TEXT,
  received_at INTEGER,
  occurred_at INTEGER,
  url TEXT,
  referrer TEXT,
  ip TEXT,
  user_agent TEXT,
  user_id TEXT,
  anonymous_id TEXT,
  session_id TEXT,
  properties TEXT,
  host TEXT,
  path TEXT,
  referrer_host TEXT,
  browser TEXT,
  os TEXT,
  device TEXT,
  is_bot INTEGER,
  country TEXT,
  utm_source TEXT,
  utm_medium TEXT,
  utm_campaign TEXT
);
CREATE TABLE counts (
  id INTEGER PRIMARY KEY,
  step INTEGER,
  project TEXT,
  dimension INTEGER,
  at INTEGER,
  value TEXT,
  events INTEGER,
  UNIQUE (step, project, dimension, at, value)
);
CREATE TABLE visitors (
  step INTEGER,
  project TEXT,
  at INTEGER,
  sketch BLOB,
  PRIMARY KEY (step, project, at)
);
PRAGMA user_version = 1;
)";

// What an event is. Adding the column rewrites no row; only page views are touched.
constexpr const char* kKinds = R"(
ALTER TABLE events ADD COLUMN kind TEXT DEFAULT 'event';
UPDATE events SET kind = 'page' WHERE name = 'pageview';
PRAGMA user_version = 2;
)";

// Columns beside the rows (store/columns), for every row up to the last chunk's last one. Rows that
// are changed or deleted are noted, whoever does it. Counts of single values and of minutes are
// answered by columns, and go when the day's rows are all in chunks (column_writer.cc).
constexpr const char* kColumnTables = R"(
CREATE TABLE dictionary_key (key BLOB);
CREATE TABLE chunks (
  number INTEGER PRIMARY KEY,
  rows INTEGER,
  first_row INTEGER,
  last_row INTEGER,
  first_at INTEGER,
  last_at INTEGER
);
CREATE TABLE blocks (id INTEGER PRIMARY KEY, bytes BLOB);
CREATE TABLE changed_rows (id INTEGER PRIMARY KEY);
CREATE TRIGGER note_deleted_rows AFTER DELETE ON events BEGIN
  INSERT OR IGNORE INTO changed_rows VALUES (old.rowid);
END;
CREATE TRIGGER note_changed_rows AFTER UPDATE ON events BEGIN
  INSERT OR IGNORE INTO changed_rows VALUES (old.rowid);
  INSERT OR IGNORE INTO changed_rows VALUES (new.rowid);
END;
PRAGMA user_version = 3;
)";

// Channel, campaign source and campaign medium are columns 28 to 30 of chunks. Those that are there
// get a block without bytes for each, which says that rows are asked; ColumnWriter::fill_next()
// puts the column in its place. So a day can be asked all the time, and what was done of it stays.
constexpr const char* kChannels = R"(
INSERT OR REPLACE INTO blocks SELECT (28 << 32) | number, x'' FROM chunks;
INSERT OR REPLACE INTO blocks SELECT (29 << 32) | number, x'' FROM chunks;
INSERT OR REPLACE INTO blocks SELECT (30 << 32) | number, x'' FROM chunks;
PRAGMA user_version = 4;
)";
constexpr const char* kIsCompactOfVersion4 = "PRAGMA user_version = 260;";
static_assert(kFirstLaterColumn == 28 && kLastLaterColumn == 30);
static_assert((4 | kCompactForm) == 260);

// By the version that each leads away from.
constexpr const char* kSteps[] = {kTables, kKinds, kColumnTables, kChannels};
static_assert(std::size(kSteps) == kSchemaVersion);

constexpr const char* kViewOfVersion1 = R"(
CREATE TEMP VIEW events AS
SELECT rowid AS rowid, *, CASE name WHEN 'pageview' THEN 'page' ELSE 'event' END AS kind
FROM main.events;
)";

// There are compacted days since version 3: its step is all that they may lack.
Result<void> migrate_compact(sqlite::Database& database, const std::string& path, bool keeps_copy) {
  constexpr std::int64_t kKnown = kSchemaVersion | kCompactForm;
  auto version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  if (*version == kKnown) return {};
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  if (*version == kKnown) return {};
  if (keeps_copy) PENSTOCK_TRY(sqlite::keep_copy(path, *version));
  PENSTOCK_TRY(database.execute(kChannels));
  PENSTOCK_TRY(database.execute(kIsCompactOfVersion4));
  return transaction->commit();
}

}  // namespace

Result<void> migrate(sqlite::Database& database, const std::string& path, bool keeps_copy) {
  const auto version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  if (is_compact(*version) && !is_newer_version(*version)) {
    return migrate_compact(database, path, keeps_copy);
  }
  return sqlite::bring_up(database, path, {.opening = "open a day file", .sql = kSteps},
                          keeps_copy);
}

const char* view_sql(std::int64_t version) {
  if (is_newer_version(version)) return nullptr;
  if (is_compact(version)) return compact_rows_view_sql();
  return version == 1 ? kViewOfVersion1 : nullptr;
}

Result<std::int64_t> see_as_current(sqlite::Database& database) {
  const auto version = sqlite::version_of(database);
  if (!version) return version;
  if (const char* view = view_sql(*version)) PENSTOCK_TRY(database.execute(view));
  return version;
}

}  // namespace penstock::store
