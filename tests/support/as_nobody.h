// What a test of root's conduct in another's folder needs. Such a test is skipped for who is not
// root, as nobody else can make such a folder; the build servers are.
#pragma once

#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace penstock::testing {

inline constexpr uid_t kNobody = 65'534;

inline bool is_root() { return ::geteuid() == 0; }

// Never a link's target.
inline void give_to_nobody(const std::string& path) {
  if (::lchown(path.c_str(), kNobody, kNobody) != 0) std::abort();
}

inline uid_t owner_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_uid : static_cast<uid_t>(-1);
}

inline mode_t mode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
}

}  // namespace penstock::testing

#define PENSTOCK_NEEDS_ROOT() \
  if (!::penstock::testing::is_root()) GTEST_SKIP() << "only root can make another's folder"
