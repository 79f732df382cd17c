#include "store/sqlite/schema.h"

#include "event/kind.h"

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

}  // namespace

Result<std::int64_t> schema_version(sqlite::Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

Result<void> prepare_schema(sqlite::Database& database) {
  auto version = schema_version(database);
  if (!version) return fail(version.error());
  if (*version == kSchemaVersion) return {};
  if (*version > kSchemaVersion) {
    return fail(ErrorCode::kConfiguration, *version,
                "open a day file of a newer schema version than this program knows");
  }

  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(database.execute(kTables));
  return transaction->commit();
}

void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip) {
  const event::Record& record = row.record;
  statement.bind_blob(first, record.id.view());
  const std::string_view before[] = {record.project, record.source, record.name};
  int index = first + 1;
  for (const std::string_view text : before) statement.bind(index++, text);
  statement.bind(index++, record.received_at_ms);
  statement.bind(index++, record.occurred_at_ms);
  const std::string_view texts[] = {
      record.url,
      record.referrer,
      ip,
      record.user_agent,
      record.user_id,
      record.anonymous_id,
      record.session_id,
      record.properties.empty() ? std::string_view("{}") : record.properties,
      row.host,
      row.path,
      row.referrer_host,
      row.browser,
      row.os,
      row.device};
  for (const std::string_view text : texts) statement.bind(index++, text);
  statement.bind(index++, std::int64_t{row.is_bot});
  const std::string_view after[] = {row.country, row.utm_source, row.utm_medium, row.utm_campaign};
  for (const std::string_view text : after) statement.bind(index++, text);
}

event::Row row_of(const sqlite::Statement& statement, int first) {
  event::Row row;
  event::Record& record = row.record;
  // A person's hand may have put in an id of another length.
  const std::string_view id = statement.blob(first);
  if (id.size() == record.id.bytes.size()) record.id = event::Id::from_bytes(id);
  int index = first + 1;
  for (std::string_view* text : {&record.project, &record.source, &record.name}) {
    *text = statement.text(index++);
  }
  record.received_at_ms = statement.integer(index++);
  record.occurred_at_ms = statement.integer(index++);
  for (std::string_view* text :
       {&record.url, &record.referrer, &record.ip, &record.user_agent, &record.user_id,
        &record.anonymous_id, &record.session_id, &record.properties, &row.host, &row.path,
        &row.referrer_host, &row.browser, &row.os, &row.device}) {
    *text = statement.text(index++);
  }
  row.is_bot = statement.integer(index++) != 0;
  for (std::string_view* text :
       {&row.country, &row.utm_source, &row.utm_medium, &row.utm_campaign}) {
    *text = statement.text(index++);
  }
  record.kind = event::default_kind(record.name);
  return row;
}

}  // namespace penstock::store
