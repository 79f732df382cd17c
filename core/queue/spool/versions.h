// The versions of the consumer's own files in the spool's folder, cursor.db and dead.db.
//
// Version 0 is of the time before they had numbers: the same tables, or fewer. Segments have a
// version each (segment.h); one of a newer version waits for a newer worker.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/error.h"
#include "files/newer_version.h"
#include "sqlite/versions.h"

namespace penstock::queue {

// To change a file: append a step (sqlite/versions.h). From then on a copy is kept before.
inline constexpr std::array<const char*, 1> kCursorSql = {
    "CREATE TABLE IF NOT EXISTS cursors(segment TEXT PRIMARY KEY, id INTEGER NOT NULL) "
    "WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS claims(segment TEXT PRIMARY KEY, up_to INTEGER NOT NULL, "
    "alone_id INTEGER NOT NULL, receipts INTEGER NOT NULL) WITHOUT ROWID;"
    "PRAGMA user_version = 1"};
inline constexpr std::array<const char*, 1> kDeadLettersSql = {
    "CREATE TABLE IF NOT EXISTS letters(id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER, "
    "origin TEXT, reason TEXT, message BLOB);"
    "PRAGMA user_version = 1"};
inline constexpr sqlite::Steps kCursorSteps = {.opening = "open cursor.db", .sql = kCursorSql};
inline constexpr sqlite::Steps kDeadLettersSteps = {.opening = "open dead.db",
                                                    .sql = kDeadLettersSql};

// For a consumer that starts: fails by newer version where one of the files is of one.
Result<void> refuse_newer_spool(const std::string& spool);

// Of those that are there and can be read.
std::vector<files::FileVersion> spool_versions(const std::string& spool);

}  // namespace penstock::queue
