// A lock on a file that goes with the process that holds it, however that ends (flock).
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace penstock::files {

class FileLock {
 public:
  // Creates the file where it is missing. Nullopt: somebody else holds it.
  static Result<std::optional<FileLock>> try_take(const std::string& path);

  // Whether a lock file is there and held by nobody. False where there is no file.
  static bool is_abandoned(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace penstock::files
