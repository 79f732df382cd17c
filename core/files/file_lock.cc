#include "files/file_lock.h"

#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "files/failure.h"
#include "files/folder.h"

namespace penstock::files {
namespace {

// flock() knows no deadline. Who holds such a lock does so for a few milliseconds.
constexpr std::chrono::milliseconds kBetweenTries{5};

}  // namespace

Result<std::optional<FileLock>> FileLock::try_take(const std::string& path) {
  const auto folder = open_folder(folder_of(path));
  if (!folder) return fail(folder.error());
  Descriptor file(::openat(folder->get(), name_of(path).c_str(),
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!file.is_open()) return fail_by_errno(errno, "open a lock file");
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
