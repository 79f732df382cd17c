#include "console/api/auth/accounts_folder.h"

#include <cerrno>
#include <cstdio>

#include <sys/stat.h>

#include "files/failure.h"
#include "files/folder.h"
#include "sqlite/sqlite.h"

namespace penstock::console {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr std::int64_t kBusyTimeoutMs = 5'000;
constexpr const char* kDatabase = "/console.db";
constexpr const char* kPassword = "/initial-password";

// A link or a folder of that name was not made by us and is left alone.
bool is_file(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// What stands in the journal beside the database goes into it: only then is it one file.
Result<void> fold_journal(const std::string& path) {
  auto database = sqlite::Database::open(path, {.busy_timeout_ms = kBusyTimeoutMs});
  if (!database) return fail(database.error());
  return database->execute("PRAGMA journal_mode = DELETE");
}

Result<void> move_file(const std::string& from, const std::string& to) {
  if (!is_file(from) || is_file(to)) return {};
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return files::fail_by_errno(errno, "move the console's files to its folder");
}

}  // namespace

bool has_older_accounts(const std::string& state_dir, const std::string& folder) {
  return is_file(state_dir + kDatabase) && !is_file(folder + kDatabase);
}

// The users last: as long as they are to be moved, all of it is done again.
Result<void> prepare_accounts_folder(const std::string& state_dir, const std::string& folder) {
  PENSTOCK_TRY(files::make_folder(folder, kFolderMode));
  if (!has_older_accounts(state_dir, folder)) return {};
  PENSTOCK_TRY(fold_journal(state_dir + kDatabase));
  PENSTOCK_TRY(move_file(state_dir + kPassword, folder + kPassword));
  PENSTOCK_TRY(move_file(state_dir + kDatabase, folder + kDatabase));
  PENSTOCK_TRY(files::sync_folder(folder));
  return files::sync_folder(state_dir);
}

}  // namespace penstock::console
