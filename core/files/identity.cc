#include "files/identity.h"

#include <algorithm>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"
#include "files/failure.h"
#include "files/folder.h"

namespace penstock::files {
namespace {

// As in the units.
constexpr mode_t kUmask = 0007;

// His own groups may open to him what the services use, such as Redis' socket. An owner without a
// name has the folder's group alone.
bool take_groups(uid_t user, gid_t group) {
  const passwd* entry = ::getpwuid(user);  // NOLINT(concurrency-mt-unsafe): see the header.
  return entry != nullptr ? ::initgroups(entry->pw_name, group) == 0 : ::setgroups(1, &group) == 0;
}

// Whoever is not root has no capability in effect, but this process may still take back what root
// had. This one opens what may be read and searched, and lets nothing be changed.
bool take_back_search() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  data[CAP_TO_INDEX(CAP_DAC_READ_SEARCH)].effective |= CAP_TO_MASK(CAP_DAC_READ_SEARCH);
  return ::syscall(SYS_capset, &header, data) == 0;
}

// A folder of his within one of root's own, where he could not come by himself.
Result<void> see_that_it_is_reached(const std::string& path, int mode) {
  if (::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0) return {};
  if (errno == EACCES && take_back_search()) return {};
  return fail_by_errno(EACCES, "reach a folder as its owner");
}

}  // namespace

Result<OwnerIdentity> OwnerIdentity::take(const std::string& folder, const std::string& other) {
  OwnerIdentity identity;
  if (::geteuid() != 0) return identity;
  const auto opened = open_folder(folder);
  if (!opened) return fail(opened.error());
  struct stat owner {};
  if (::fstat(opened->get(), &owner) != 0) return fail_by_errno(errno, "look at a folder");
  if (owner.st_uid == 0) return identity;

  const int count = ::getgroups(0, nullptr);
  identity.groups_.resize(static_cast<std::size_t>(std::max(count, 0)));
  if (::getgroups(count, identity.groups_.data()) != count) {
    return fail_by_errno(errno, "look at the own groups");
  }
  identity.group_ = ::getegid();
  identity.umask_ = ::umask(kUmask);
  identity.is_taken_ = true;  // From here on whatever happens is undone.
  // The user last: only root may do the rest.
  if (!take_groups(owner.st_uid, owner.st_gid) || ::setegid(owner.st_gid) != 0 ||
      ::seteuid(owner.st_uid) != 0) {
    return fail_by_errno(errno, "become the owner of a folder");
  }
  PENSTOCK_TRY(see_that_it_is_reached(folder, F_OK));
  if (!other.empty()) PENSTOCK_TRY(see_that_it_is_reached(other, R_OK));
  return identity;
}

OwnerIdentity::~OwnerIdentity() {
  if (!is_taken_) return;
  ::umask(umask_);
  PENSTOCK_CHECK(::seteuid(0) == 0);
  PENSTOCK_CHECK(::setegid(group_) == 0);
  PENSTOCK_CHECK(::setgroups(groups_.size(), groups_.data()) == 0);
}

}  // namespace penstock::files
