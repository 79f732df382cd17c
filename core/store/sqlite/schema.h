// The tables of a day file and the order of their columns.
//
// A file tells its version by PRAGMA user_version. Older files are brought up to date when they are
// opened for writing; a newer one is refused, since a program cannot know what it would break.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "event/row.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

inline constexpr std::int64_t kSchemaVersion = 1;

// Creates the tables in a new file. kConfiguration for a file of a newer version.
Result<void> prepare_schema(sqlite::Database& database);

// 0: the file has no tables yet.
Result<std::int64_t> schema_version(sqlite::Database& database);

// The columns that bind_row() and row_of() expect, for SELECT and INSERT.
inline constexpr std::string_view kRowColumns =
    "id,project,source,name,received_at,occurred_at,url,referrer,ip,user_agent,user_id,"
    "anonymous_id,session_id,properties,host,path,referrer_host,browser,os,device,is_bot,country,"
    "utm_source,utm_medium,utm_campaign";
inline constexpr int kRowColumnCount = 25;

// Binds a row to parameters `first` and on. `ip` stands in for the record's.
void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip);

// The row whose columns begin at `first`; views are lent until the statement's next step.
event::Row row_of(const sqlite::Statement& statement, int first);

}  // namespace penstock::store
