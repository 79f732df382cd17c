// Replaces fdatasync() of the test program that includes it, SQLite's calls included: it counts
// them, and fails while a test asks for that. Else it does what the system's does.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>

#include <sys/syscall.h>
#include <unistd.h>

namespace penstock::testing {

inline std::atomic<std::uint64_t> file_syncs{0};
inline std::atomic<bool> is_file_sync_failing{false};

// While it lives fdatasync() fails with EIO.
class FailingFileSync {
 public:
  FailingFileSync() { is_file_sync_failing = true; }
  ~FailingFileSync() { is_file_sync_failing = false; }
  FailingFileSync(const FailingFileSync&) = delete;
  FailingFileSync& operator=(const FailingFileSync&) = delete;
};

}  // namespace penstock::testing

extern "C" __attribute__((used)) inline int fdatasync(int fd) {
  ++penstock::testing::file_syncs;
  if (penstock::testing::is_file_sync_failing) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
