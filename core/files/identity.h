// Root at work in a folder that is somebody else's.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/error.h"

namespace penstock::files {

// While it lives, a process that is root is the owner of a folder, with his groups: what he may
// have planted there (links under our names, also while we run) then leads nowhere that he could
// not go himself, and what we make is his without being given to him. Root's umask does not count
// meanwhile: what we make is closed to strangers and open to whom its mode says. Of the process,
// not of a thread: one at a time, by the thread that made it.
class OwnerIdentity {
 public:
  // Nothing changes where we are not root, or the folder is root's. Where its owner could not reach
  // the folder, or not read `other` where one is named, root's right to search and read goes on.
  // kConfiguration where there is no such folder.
  static Result<OwnerIdentity> take(const std::string& folder, const std::string& other = "");
  OwnerIdentity(OwnerIdentity&& other) noexcept
      : is_taken_(std::exchange(other.is_taken_, false)),
        group_(other.group_),
        umask_(other.umask_),
        groups_(std::move(other.groups_)) {}
  OwnerIdentity& operator=(OwnerIdentity&&) = delete;
  ~OwnerIdentity();

 private:
  OwnerIdentity() = default;

  bool is_taken_ = false;
  gid_t group_ = 0;  // Root's own, as are umask_ and groups_.
  mode_t umask_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace penstock::files
