#include "store/sqlite/writer_lock.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace penstock::store {

Result<WriterLock> WriterLock::take(const std::string& folder) {
  const std::string path = folder + "/writer.lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return fail(ErrorCode::kConfiguration, errno, "create a file in the store's folder");
  }
  WriterLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::kConfiguration, errno, "lock the store: another worker writes to it");
  }
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace penstock::store
