#include "files/whole_file.h"

#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "files/failure.h"
#include "files/folder.h"

namespace penstock::files {
namespace {

// Not from the file's name, which may be as long as a name can be.
std::string draft_name() {
  char bytes[8];
  PENSTOCK_CHECK(::getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
  std::string name = ".penstock-";
  append_hex(name, {bytes, sizeof bytes});
  return name + ".part";
}

Result<void> keep_owner(int folder, const std::string& name, int file,
                        const WholeFileOptions& options) {
  if (::geteuid() != 0) return {};
  struct stat owner {};
  const bool is_there =
      ::fstatat(folder, name.c_str(), &owner, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(owner.st_mode);
  if (!is_there && ::fstat(folder, &owner) != 0) return fail_by_errno(errno, "look at a folder");
  struct stat user {};
  struct stat around {};
  if (owner.st_uid == 0 && !options.user_of.empty() &&
      ::stat(options.user_of.c_str(), &user) == 0 && ::fstat(folder, &around) == 0) {
    owner.st_uid = user.st_uid;
    owner.st_gid = around.st_gid;
  }
  if (owner.st_uid == 0 && owner.st_gid == ::getegid()) return {};
  if (::fchown(file, owner.st_uid, owner.st_gid) != 0 || ::fchmod(file, options.mode) != 0) {
    return fail_by_errno(errno, "give a file to its owner");
  }
  return {};
}

}  // namespace

WholeFile::WholeFile(Descriptor folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)), draft_(draft_name()) {}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      name_(std::move(other.name_)),
      draft_(std::exchange(other.draft_, std::string())),
      file_(std::move(other.file_)) {}

WholeFile::~WholeFile() {
  if (file_.is_open() && !draft_.empty()) ::unlinkat(folder_.get(), draft_.c_str(), 0);
}

Result<WholeFile> WholeFile::create(const std::string& path, const WholeFileOptions& options) {
  auto folder = open_folder(folder_of(path));
  if (!folder) return fail(folder.error());
  WholeFile made(*std::move(folder), name_of(path));
  made.file_ =
      Descriptor(::openat(made.folder_.get(), made.draft_.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, options.mode));
  if (!made.file_.is_open()) return fail_by_errno(errno, "create a file");
  if (options.keeps_owner) {
    PENSTOCK_TRY(keep_owner(made.folder_.get(), made.name_, made.file_.get(), options));
  }
  return made;
}

Result<void> WholeFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_by_errno(errno, "write a file");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> WholeFile::commit() {
  PENSTOCK_CHECK(!draft_.empty());
  if (::fsync(file_.get()) != 0) return fail_by_errno(errno, "sync a file");
  if (::renameat(folder_.get(), draft_.c_str(), folder_.get(), name_.c_str()) != 0) {
    return fail_by_errno(errno, "put a file in its place");
  }
  draft_.clear();
  if (::fsync(folder_.get()) != 0) return fail_by_errno(errno, "sync a folder");
  return {};
}

Result<void> write_whole_file(const std::string& path, std::string_view content,
                              const WholeFileOptions& options) {
  auto file = WholeFile::create(path, options);
  if (!file) return fail(file.error());
  PENSTOCK_TRY(file->write(content));
  return file->commit();
}

Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max) {
  // Without O_NONBLOCK a FIFO would hold us until somebody writes to it.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return fail_by_errno(errno, "open a file");
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) return fail_by_errno(errno, "look at a file");
  if (!S_ISREG(found.st_mode)) return fail_by_errno(EINVAL, "read what is no regular file");
  std::string text;
  char bytes[16'384];
  for (;;) {
    const ssize_t count = ::read(file.get(), bytes, sizeof bytes);
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_by_errno(errno, "read a file");
    text.append(bytes, static_cast<std::size_t>(count));
    if (text.size() > bytes_max) return fail_by_errno(EFBIG, "read a file");
  }
}

}  // namespace penstock::files
