#include "files/shared_reading.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/stat.h>
#include <sys/xattr.h>

#include "files/failure.h"

namespace penstock::files {
namespace {

// linux/posix_acl_xattr.h; numbers are little-endian.
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kNobody = 0xffffffff;
enum Tag : std::uint16_t {
  kUserObj = 0x01,
  kGroupObj = 0x04,
  kGroup = 0x08,
  kMask = 0x10,
  kOther = 0x20
};
struct Entry {
  std::uint16_t tag;
  std::uint16_t permissions;
  std::uint32_t id;
};
static_assert(sizeof(Entry) == 8);

struct List {
  std::uint32_t version = kVersion;
  std::array<Entry, 5> entries;
};
static_assert(sizeof(List) == 4 + 5 * sizeof(Entry));

constexpr std::uint16_t kRead = 4;
constexpr std::uint16_t kWrite = 2;
constexpr std::uint16_t kSearch = 1;

List list_for(gid_t group, bool is_folder) {
  const std::uint16_t search = is_folder ? kSearch : 0;
  const auto all = static_cast<std::uint16_t>(kRead | kWrite | search);
  const auto look = static_cast<std::uint16_t>(kRead | search);
  return {kVersion,
          {{{kUserObj, all, kNobody},
            {kGroupObj, all, kNobody},
            {kGroup, look, group},
            {kMask, all, kNobody},
            {kOther, 0, kNobody}}}};
}

// Whether each entry is there and gives at least what it should: what a folder's list has made of a
// new file gives its group more, which the mask takes away.
bool is_enough(int fd, const char* name, const List& wanted) {
  std::array<char, 1'024> bytes{};
  const ssize_t size = ::fgetxattr(fd, name, bytes.data(), bytes.size());
  if (size < static_cast<ssize_t>(sizeof wanted.version)) return false;
  for (const Entry& entry : wanted.entries) {
    bool is_there = false;
    for (std::size_t at = sizeof wanted.version;
         at + sizeof(Entry) <= static_cast<std::size_t>(size); at += sizeof(Entry)) {
      Entry found{};
      std::memcpy(&found, bytes.data() + at, sizeof found);
      is_there = is_there || (found.tag == entry.tag && found.id == entry.id &&
                              (found.permissions & entry.permissions) == entry.permissions);
    }
    if (!is_there) return false;
  }
  return true;
}

Result<bool> give(int fd, const char* name, const List& wanted) {
  if (is_enough(fd, name, wanted)) return false;
  if (::fsetxattr(fd, name, &wanted, sizeof wanted, 0) == 0) return true;
  if (errno == ENOTSUP) return false;
  return fail_by_errno(errno, "let a group read a file");
}

}  // namespace

Result<bool> let_group_read(int fd, gid_t group) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return fail_by_errno(errno, "look at a file");
  const bool is_folder = S_ISDIR(found.st_mode);
  const List list = list_for(group, is_folder);
  const auto own = give(fd, "system.posix_acl_access", list);
  if (!own || !is_folder) return own;
  const auto inherited = give(fd, "system.posix_acl_default", list);
  if (!inherited) return inherited;
  return *own || *inherited;
}

}  // namespace penstock::files
