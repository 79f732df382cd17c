#include "store/sqlite/migrations.h"

#include <iterator>

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
CREATE INDEX events_by_time ON events (occurred_at);
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

// By the version that each leads away from.
constexpr const char* kSteps[] = {kTables, kKinds};
static_assert(std::size(kSteps) == kSchemaVersion);

constexpr const char* kViewOfVersion1 = R"(
CREATE TEMP VIEW events AS
SELECT rowid AS rowid, *, CASE name WHEN 'pageview' THEN 'page' ELSE 'event' END AS kind
FROM main.events;
)";

}  // namespace

Result<std::int64_t> schema_version(sqlite::Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

Result<void> migrate(sqlite::Database& database) {
  auto version = schema_version(database);
  if (!version) return fail(version.error());
  if (*version < 0 || *version > kSchemaVersion) {
    return fail(ErrorCode::kConfiguration,
                "open a day file of a newer schema version than this program knows");
  }
  for (std::int64_t step = *version; step < kSchemaVersion; ++step) {
    auto transaction = sqlite::Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    PENSTOCK_TRY(database.execute(kSteps[step]));
    PENSTOCK_TRY(transaction->commit());
  }
  return {};
}

const char* view_sql(std::int64_t version) { return version == 1 ? kViewOfVersion1 : nullptr; }

}  // namespace penstock::store
