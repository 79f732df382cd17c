// The version of a database's file (PRAGMA user_version), the numbered steps from each to the next,
// and the copy that is kept of an older file before they change it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "files/newer_version.h"
#include "sqlite/sqlite.h"

namespace penstock::sqlite {

// Step n leads from version n to n + 1 and sets it. Only ever added to. Version 0 is a new file, or
// one from before its kind had numbers.
struct Steps {
  const char* opening;  // The step of an error: "open console.db".
  std::span<const char* const> sql;
  // Of older versions no copy is kept: their first steps change nothing that an older program would
  // miss.
  std::int64_t first_copied = 1;

  std::int64_t last() const { return static_cast<std::int64_t>(sql.size()); }
};

Result<std::int64_t> version_of(Database& database);

// A look at the file alone, which changes nothing. Nullopt: there is none, or it cannot be read.
std::optional<std::int64_t> version_of_file(const std::string& path);

// Fails by newer version where the file is there and is one.
Result<void> refuse_newer(const std::string& path, std::int64_t known);

// Brings the file at `path`, which `database` has open for writing, to the last version in one
// transaction: a crash leaves the version before. Two processes may do it at once. A newer file is
// refused, and so is an older one for which there is no room to copy it; both stay as they are.
Result<void> bring_up(Database& database, const std::string& path, const Steps& steps,
                      bool keeps_copy = true);

// "PATH.version-N".
std::string copy_path(const std::string& path, std::int64_t version);

// Copies the file, as it was committed, to copy_path(): whole and synced, or not at all. With the
// original's owner and mode. One that is there is replaced.
Result<void> keep_copy(const std::string& path, std::int64_t version);

// The path of which `copy` is one, or the draft of one; nullopt for any other name.
std::optional<std::string> original_of(const std::string& copy);

}  // namespace penstock::sqlite
