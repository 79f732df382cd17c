// A lock on a file that goes with the process that holds it, however that ends (flock).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::files {

class FileLock {
 public:
  // Creates the file, mode 0640, where it is missing; never through a link. In a folder that is
  // shared with a group (mode_in()) its members may lock it too, and what root makes is the
  // folder's owner's. Nullopt: somebody else holds it, in this process or another.
  static Result<std::optional<FileLock>> try_take(const std::string& path);

  // Waits for whoever holds it. kOverloaded with EWOULDBLOCK once `deadline` has passed.
  static Result<FileLock> take(const std::string& path, std::chrono::milliseconds deadline);

  // Takes a descriptor of a file that its giver has locked: the lock goes when both have closed it.
  static FileLock adopt(Descriptor file) { return FileLock(std::move(file)); }

  // Whether somebody holds it; nullopt where there is no file or none that we may look at.
  static std::optional<bool> is_held(const std::string& path);

  // Whether a lock file is there and held by nobody. False where there is no file.
  static bool is_abandoned(const std::string& path);

  int fd() const { return file_.get(); }

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace penstock::files
