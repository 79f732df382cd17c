#include "cli/backup/pieces.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "sqlite/sqlite.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kSecretMode = 0600;
// 100,000 keys take 30 MB.
constexpr std::size_t kFileBytesMax = 256 << 20;

// A link counts as in files::open_folder(): where root has made it, or the owner of the file.
Result<void> check_plain(const std::string& path) {
  struct stat status {};
  struct stat target {};
  if (::lstat(path.c_str(), &status) != 0 || ::stat(path.c_str(), &target) != 0) {
    return files::fail_by_errno(errno, "look at a file");
  }
  if (S_ISLNK(status.st_mode) && status.st_uid != 0 && status.st_uid != target.st_uid) {
    return files::fail_by_errno(ELOOP, "follow a link to a file of another owner");
  }
  if (S_ISREG(target.st_mode)) return {};
  return files::fail_by_errno(EINVAL, "copy what is no plain file");
}

Result<void> check_absent(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  return files::fail_by_errno(EEXIST, "make a copy");
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kMega = 1'000'000;
  return bytes < 10'000 * kMega ? str_cat((bytes + kMega - 1) / kMega, " MB")
                                : str_cat((bytes + 1'000 * kMega - 1) / (1'000 * kMega), " GB");
}

Result<void> fail_by(const std::error_code& error, const char* step) {
  return files::fail_by_errno(error.value(), step);
}

}  // namespace

Result<void> copy_file(const std::string& from, const std::string& to) {
  PENSTOCK_TRY(check_plain(from));
  PENSTOCK_TRY(check_absent(to));
  const auto content = files::read_whole_file(from, kFileBytesMax);
  if (!content) return fail(content.error());
  return files::write_whole_file(to, *content, {.mode = kSecretMode, .keeps_owner = false});
}

Result<void> copy_database(const std::string& from, const std::string& to) {
  PENSTOCK_TRY(check_plain(from));
  PENSTOCK_TRY(check_absent(to));
  auto database = sqlite::Database::open(from, {.access = sqlite::Access::kReadOnly});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->copy_to(to));
  const files::Descriptor file(::open(to.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open() || ::fchmod(file.get(), kSecretMode) != 0 || ::fsync(file.get()) != 0) {
    return files::fail_by_errno(errno, "sync a copied file");
  }
  return {};
}

std::uint64_t bytes_below(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(path, error))) return fs::file_size(path, error);
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;  // As a journal may be that was there a moment ago.
    if (!fs::is_regular_file(entry->symlink_status(gone))) continue;
    const std::uint64_t size = entry->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

Result<std::uint64_t> room_at(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) {
    return files::fail_by_errno(errno, "ask for the room on a disk");
  }
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

std::string lack_of_room(const std::string& folder, std::uint64_t needed_bytes) {
  const auto room_bytes = room_at(folder);
  if (!room_bytes || *room_bytes >= needed_bytes) return "";
  return str_cat("about ", size_text(needed_bytes), " are needed at ", folder, ", which has ",
                 size_text(*room_bytes), " left");
}

Result<void> sync_folders(const std::string& root) {
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    if (!fs::is_directory(entry->symlink_status(unknown))) continue;
    PENSTOCK_TRY(sync_folders(entry->path().string()));
  }
  if (error) return fail_by(error, "list a folder");
  return files::sync_folder(root);
}

Result<void> own_tree(const std::string& root) {
  if (::geteuid() != 0) return {};
  const auto take = [](const std::string& path) -> Result<void> {
    if (::lchown(path.c_str(), 0, ::getegid()) == 0) return {};
    return files::fail_by_errno(errno, "become the owner of a copy");
  };
  PENSTOCK_TRY(take(root));
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    PENSTOCK_TRY(take(entry->path().string()));
  }
  if (error) return fail_by(error, "list a folder");
  return {};
}

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return fail_by(error, "remove what an earlier try left");
  return {};
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string plain_path(const std::string& path) {
  std::error_code error;
  fs::path plain = fs::weakly_canonical(fs::absolute(path), error);
  if (error) plain = fs::absolute(path).lexically_normal();
  if (!plain.has_filename() && plain.has_parent_path()) plain = plain.parent_path();
  return plain.string();
}

bool is_within(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder.ends_with('/') ? folder : folder + "/");
}

bool is_vacant(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return true;
  return fs::is_directory(status) && fs::is_empty(path, error) && !error;
}

}  // namespace penstock::cli
