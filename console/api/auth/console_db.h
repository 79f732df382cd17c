// console.db, the console's own file: its schema by versions, and how it is opened. What its tables
// mean is said by the classes that use them: Accounts, Sessions, ApiTokens, Invitations, AuditLog,
// SavedViews, and the room console/api/errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "files/newer_version.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

// For another process's lock on console.db, where a change has to be made.
inline constexpr std::int64_t kConsoleDbBusyMs = 5'000;

// Made where there is none (mode 0600: password hashes are nobody else's business) and brought up
// to the last version. kConfiguration where it cannot be made or is of a newer version. Blocking.
Result<sqlite::Database> open_console_db(const std::string& path);

// Of the file; nullopt where there is none or it cannot be read.
std::optional<files::FileVersion> console_db_version(const std::string& path);

}  // namespace penstock::console
