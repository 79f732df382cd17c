// A disk that cannot sync folders. Replaces fsync() of the test program that includes it: unless a
// test asks for failures it does what the system's does.
#pragma once

#include <atomic>
#include <cerrno>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace penstock::testing {

inline std::atomic<bool> is_folder_sync_failing{false};

// While it lives fsync() of a folder fails with EIO.
class FailingFolderSync {
 public:
  FailingFolderSync() { is_folder_sync_failing = true; }
  ~FailingFolderSync() { is_folder_sync_failing = false; }
  FailingFolderSync(const FailingFolderSync&) = delete;
  FailingFolderSync& operator=(const FailingFolderSync&) = delete;
};

}  // namespace penstock::testing

extern "C" __attribute__((used)) inline int fsync(int fd) {
  struct stat found {};
  if (penstock::testing::is_folder_sync_failing && ::fstat(fd, &found) == 0 &&
      S_ISDIR(found.st_mode)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
