#include "cli/doctor/access.h"

#include <algorithm>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"

namespace penstock::cli {
namespace {

bool may_by_mode(const User& user, const struct stat& found, int wanted) {
  if (user.uid == 0) return true;
  const bool is_in_group =
      std::find(user.groups.begin(), user.groups.end(), found.st_gid) != user.groups.end();
  const unsigned shift = user.uid == found.st_uid ? 6 : is_in_group ? 3 : 0;
  const unsigned bits = (found.st_mode >> shift) & 7U;
  return (bits & static_cast<unsigned>(wanted)) == static_cast<unsigned>(wanted);
}

}  // namespace

User user_of(uid_t uid, gid_t group) {
  User user{uid, {group}, std::to_string(uid)};
  passwd entry{};
  passwd* found = nullptr;
  char text[4'096];
  if (::getpwuid_r(uid, &entry, text, sizeof text, &found) != 0 || found == nullptr) return user;
  user.name = found->pw_name;
  int count = 256;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) >= 0) {
    groups.resize(static_cast<std::size_t>(count));
    user.groups = std::move(groups);
  }
  return user;
}

bool may(const User& user, const std::string& path, int wanted) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return true;
  if (!may_by_mode(user, found, wanted)) return false;
  for (std::string folder = files::folder_of(path);; folder = files::folder_of(folder)) {
    if (::stat(folder.c_str(), &found) == 0 && !may_by_mode(user, found, X_OK)) return false;
    if (folder == "/" || folder == ".") return true;
  }
}

}  // namespace penstock::cli
