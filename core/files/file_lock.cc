#include "files/file_lock.h"

#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/failure.h"
#include "files/folder.h"

namespace penstock::files {
namespace {

// flock() knows no deadline. Who holds such a lock does so for a few milliseconds.
constexpr std::chrono::milliseconds kBetweenTries{5};

constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;

// Only what was made here changes hands: a file that was there may be a link to another.
Result<Descriptor> make(int folder, const char* name, mode_t mode) {
  Descriptor file(::openat(folder, name, kFlags | O_CREAT | O_EXCL, mode));
  struct stat owner {};
  if (!file.is_open() || ::geteuid() != 0 || ::fstat(folder, &owner) != 0 || owner.st_uid == 0) {
    return file;
  }
  if (::fchown(file.get(), owner.st_uid, static_cast<gid_t>(-1)) != 0) {
    return fail_by_errno(errno, "give a lock file to its owner");
  }
  return file;
}

// As O_CREAT does, but knows which of the two it did.
Result<Descriptor> open_or_make(int folder, const char* name, mode_t mode) {
  for (;;) {
    Descriptor there(::openat(folder, name, kFlags));
    if (there.is_open()) return there;
    if (errno != ENOENT) return fail_by_errno(errno, "open a lock file");
    auto made = make(folder, name, mode);
    if (!made || made->is_open()) return made;
    if (errno != EEXIST) return fail_by_errno(errno, "open a lock file");
  }
}

}  // namespace

Result<std::optional<FileLock>> FileLock::try_take(const std::string& path) {
  const std::string where = folder_of(path);
  const auto folder = open_folder(where);
  if (!folder) return fail(folder.error());
  auto opened = open_or_make(folder->get(), name_of(path).c_str(), mode_in(where, 0640));
  if (!opened) return fail(opened.error());
  Descriptor file = *std::move(opened);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<FileLock>();
    return fail_by_errno(errno, "lock a file");
  }
  return std::optional<FileLock>(FileLock(std::move(file)));
}

Result<FileLock> FileLock::take(const std::string& path, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  for (;;) {
    auto lock = try_take(path);
    if (!lock) return fail(lock.error());
    if (*lock) return std::move(**lock);
    if (std::chrono::steady_clock::now() >= end) {
      return fail_by_errno(EWOULDBLOCK, "lock a file that another process holds");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

std::optional<bool> FileLock::is_held(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0;
}

bool FileLock::is_abandoned(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  return file.is_open() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace penstock::files
