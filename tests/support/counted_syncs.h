// Replaces fdatasync() and syncfs() of the test program that includes it, SQLite's calls included:
// it counts them, and fails while a test asks for that. Else it does what the system's do.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>

#include <sys/syscall.h>
#include <unistd.h>

namespace penstock::testing {

inline std::atomic<std::uint64_t> syncs{0};
inline std::atomic<bool> is_file_sync_failing{false};
// Instead of the system's syncfs(), where a disk is simulated.
inline std::function<void()> file_system_sync;

// While it lives fdatasync() and syncfs() fail with EIO.
class FailingFileSync {
 public:
  FailingFileSync() { is_file_sync_failing = true; }
  ~FailingFileSync() { is_file_sync_failing = false; }
  FailingFileSync(const FailingFileSync&) = delete;
  FailingFileSync& operator=(const FailingFileSync&) = delete;
};

inline bool is_sync_failing() {
  ++syncs;
  if (is_file_sync_failing) errno = EIO;
  return is_file_sync_failing;
}

}  // namespace penstock::testing

extern "C" __attribute__((used)) inline int fdatasync(int fd) {
  if (penstock::testing::is_sync_failing()) return -1;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

extern "C" __attribute__((used)) inline int syncfs(int fd) noexcept {
  if (penstock::testing::is_sync_failing()) return -1;
  if (!penstock::testing::file_system_sync) return static_cast<int>(::syscall(SYS_syncfs, fd));
  penstock::testing::file_system_sync();
  return 0;
}
