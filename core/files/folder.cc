#include "files/folder.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/failure.h"

namespace penstock::files {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// On the way; it needs no right to read.
constexpr int kWayFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;

constexpr const char* kOpenStep = "open a folder";

// One part of the way. See open_folder().
Result<Descriptor> enter(int from, const std::string& name, int flags) {
  Descriptor direct(::openat(from, name.c_str(), flags | O_NOFOLLOW));
  if (direct.is_open()) return direct;
  const int error = errno;
  struct stat link {};
  const bool is_link = (error == ELOOP || error == ENOTDIR) &&
                       ::fstatat(from, name.c_str(), &link, AT_SYMLINK_NOFOLLOW) == 0 &&
                       S_ISLNK(link.st_mode);
  if (!is_link) return fail_by_errno(error, kOpenStep);
  Descriptor target(::openat(from, name.c_str(), flags));
  struct stat folder {};
  if (!target.is_open() || ::fstat(target.get(), &folder) != 0) {
    return fail_by_errno(errno, kOpenStep);
  }
  if (link.st_uid != 0 && link.st_uid != folder.st_uid) {
    return fail(ErrorCode::kConfiguration, ELOOP, "follow a link to a folder of another owner");
  }
  return target;
}

Result<Descriptor> open_as_root(std::string_view path) {
  const char* start = path.starts_with('/') ? "/" : ".";
  Descriptor place(::open(start, kFolderFlags));
  if (!place.is_open()) return fail_by_errno(errno, kOpenStep);
  for (std::size_t first = path.find_first_not_of('/'); first < path.size();) {
    const std::size_t end = std::min(path.find('/', first), path.size());
    const std::size_t next = path.find_first_not_of('/', end);
    auto entered = enter(place.get(), std::string(path.substr(first, end - first)),
                         next < path.size() ? kWayFlags : kFolderFlags);
    if (!entered) return entered;
    place = *std::move(entered);
    first = next;
  }
  return place;
}

}  // namespace

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

mode_t mode_in(const std::string& folder, mode_t mode) {
  constexpr mode_t kShared = S_ISGID | S_IWGRP;
  struct stat found {};
  const bool is_shared =
      ::stat(folder.c_str(), &found) == 0 && (found.st_mode & kShared) == kShared;
  return is_shared ? mode | ((mode & S_IRWXU) >> 3U) : mode;
}

Result<Descriptor> open_folder(const std::string& path) {
  if (::geteuid() == 0) return open_as_root(path);
  Descriptor folder(::open(path.c_str(), kFolderFlags));
  if (!folder.is_open()) return fail_by_errno(errno, kOpenStep);
  return folder;
}

Result<void> check_folder(const std::string& path) {
  const auto folder = open_folder(path);
  if (!folder) return fail(folder.error());
  if (::faccessat(folder->get(), ".", R_OK | X_OK, AT_EACCESS) != 0) {
    return fail_by_errno(errno, "look into a folder");
  }
  return {};
}

Result<void> sync_folder(const std::string& path) {
  const auto folder = open_folder(path);
  if (!folder) return fail(folder.error());
  if (::fsync(folder->get()) != 0) return fail_by_errno(errno, "sync a folder");
  return {};
}

Result<void> sync_file_system(const Descriptor& folder) {
  if (::syncfs(folder.get()) == 0) return {};
  return fail_by_errno(errno, "sync a file system");
}

Result<void> make_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    auto synced = sync_folder(folder_of(path));
    // Or the next call would take it for one that is durable.
    if (!synced) ::rmdir(path.c_str());
    return synced;
  }
  const int error = errno;
  struct stat found {};
  if (error != EEXIST) return fail_by_errno(error, "make a folder");
  if (::stat(path.c_str(), &found) != 0) return fail_by_errno(errno, "make a folder");
  if (!S_ISDIR(found.st_mode)) return fail_by_errno(ENOTDIR, "make a folder");
  return {};
}

Result<void> make_folders(const std::string& path, mode_t mode) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    PENSTOCK_TRY(make_folder(path.substr(0, slash), mode));
    if (slash == std::string::npos || slash + 1 == path.size()) return {};
  }
}

}  // namespace penstock::files
