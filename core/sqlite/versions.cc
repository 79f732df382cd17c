#include "sqlite/versions.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
#include "files/folder.h"

namespace penstock::sqlite {
namespace {

constexpr std::string_view kMark = ".version-";
constexpr std::string_view kDraft = ".partial";
constexpr std::string_view kJournal = "-journal";
// What is left free beside a copy: the migration itself needs some, and so do the programs.
constexpr std::uint64_t kRoomBytesLeft = 16 << 20;
constexpr const char* kCopying = "keep a copy of a file before it is migrated";

std::uint64_t bytes_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

Result<void> check_room(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(files::folder_of(path).c_str(), &disk) != 0) {
    return files::fail_by_errno(errno, "look at the disk's room");
  }
  const std::uint64_t wanted = bytes_of(path) + bytes_of(path + "-wal") + kRoomBytesLeft;
  if (std::uint64_t{disk.f_bavail} * disk.f_frsize >= wanted) return {};
  return files::fail_by_room_for_copy(wanted);
}

// The journal first: nothing that was meant for an earlier draft may be done to the next.
void remove_draft(const std::string& draft) {
  ::unlink(str_cat(draft, kJournal).c_str());
  ::unlink(draft.c_str());
}

// As root: whoever owns the original shall be able to put its copy back.
Result<void> finish(const std::string& draft, const std::string& path, const std::string& copy) {
  struct stat original {};
  const files::Descriptor file(::open(draft.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open() || ::stat(path.c_str(), &original) != 0 ||
      (::geteuid() == 0 && ::fchown(file.get(), original.st_uid, original.st_gid) != 0) ||
      ::fchmod(file.get(), original.st_mode & 07777) != 0 || ::fsync(file.get()) != 0 ||
      ::rename(draft.c_str(), copy.c_str()) != 0) {
    return files::fail_by_errno(errno, kCopying);
  }
  return files::sync_folder(files::folder_of(path));
}

Result<std::int64_t> known_version(Database& database, const Steps& steps) {
  const auto version = version_of(database);
  if (!version || (*version >= 0 && *version <= steps.last())) return version;
  return files::fail_by_newer_version(steps.opening, *version, steps.last());
}

}  // namespace

Result<std::int64_t> version_of(Database& database) {
  auto statement = database.lend("PRAGMA user_version");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

std::optional<std::int64_t> version_of_file(const std::string& path) {
  struct stat found {};
  // A FIFO would be waited for.
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  auto database = Database::open(path, {.access = Access::kReadOnly, .is_glance = true});
  if (!database) return std::nullopt;
  const auto version = version_of(*database);
  return version ? std::optional(*version) : std::nullopt;
}

Result<void> refuse_newer(const std::string& path, std::int64_t known) {
  const auto version = version_of_file(path);
  if (!version || *version <= known) return {};
  return files::fail_by_newer_version(str_cat("open ", files::name_of(path)), *version, known);
}

Result<void> bring_up(Database& database, const std::string& path, const Steps& steps,
                      bool keeps_copy) {
  auto version = known_version(database, steps);
  if (!version) return fail(version.error());
  if (*version == steps.last()) return {};
  // Held over the copy too: whoever comes second finds the work done.
  auto transaction = Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  version = known_version(database, steps);
  if (!version) return fail(version.error());
  if (*version == steps.last()) return {};
  if (keeps_copy && *version >= steps.first_copied) PENSTOCK_TRY(keep_copy(path, *version));
  for (const char* step : steps.sql.subspan(static_cast<std::size_t>(*version))) {
    PENSTOCK_TRY(database.execute(step));
  }
  return transaction->commit();
}

std::string copy_path(const std::string& path, std::int64_t version) {
  return str_cat(path, kMark, version);
}

Result<void> keep_copy(const std::string& path, std::int64_t version) {
  PENSTOCK_TRY(check_room(path));
  const std::string copy = copy_path(path, version);
  const std::string draft = str_cat(copy, kDraft);
  remove_draft(draft);  // Of a process that was killed meanwhile.
  // A connection of its own: one that writes cannot be copied from.
  auto database = Database::open(path, {.access = Access::kReadOnly});
  if (!database) return fail(database.error());
  auto kept = database->copy_to(draft);
  if (kept) kept = finish(draft, path, copy);
  if (!kept) remove_draft(draft);
  return kept;
}

std::optional<std::string> original_of(const std::string& copy) {
  std::string_view name = copy;
  if (name.ends_with(kJournal)) name.remove_suffix(kJournal.size());
  if (name.ends_with(kDraft)) name.remove_suffix(kDraft.size());
  const std::size_t at = name.rfind(kMark);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view number = name.substr(at + kMark.size());
  if (!parse_int(number)) return std::nullopt;
  return std::string(name.substr(0, at));
}

}  // namespace penstock::sqlite
