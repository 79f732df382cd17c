#include "cli/shared/output.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/failure.h"

namespace penstock::cli {
namespace {

// Events are private: nobody but the caller reads them unless he says so.
const files::WholeFileOptions kPrivate{.mode = 0600, .keeps_owner = false};

// By any of its names it is the descriptor that is there: opened anew, a file would be written from
// its start.
bool is_standard_output(std::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

bool is_trusted(const struct stat& found) {
  return found.st_uid == 0 || found.st_uid == ::geteuid();
}

Result<files::Descriptor> open_device(const std::string& path, int flags) {
  files::Descriptor device(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC | flags));
  struct stat found {};
  if (!device.is_open() || ::fstat(device.get(), &found) != 0) {
    return files::fail_by_errno(errno, "open it");
  }
  if (!S_ISFIFO(found.st_mode) && !S_ISCHR(found.st_mode)) {
    return fail(ErrorCode::kConfiguration,
                "it is no file, no FIFO and no character device; another name is needed");
  }
  if (!is_trusted(found)) {
    return fail(ErrorCode::kConfiguration, "somebody else has put it there");
  }
  return device;
}

// What is under a name that is no regular file.
Result<files::Descriptor> open_existing(const std::string& path, const struct stat& found) {
  // Before it is opened: to open a FIFO is to wait for its reader.
  if (!is_trusted(found)) return fail(ErrorCode::kConfiguration, "somebody else has put it there");
  if (!S_ISLNK(found.st_mode)) return open_device(path, O_NOFOLLOW);
  struct stat target {};
  const bool is_there = ::stat(path.c_str(), &target) == 0;
  if (!is_there || S_ISREG(target.st_mode)) {
    return fail(ErrorCode::kConfiguration, "it is a link; name the file that it leads to");
  }
  return open_device(path, 0);
}

}  // namespace

Result<Output> Output::open(const std::string& path) {
  Output output;
  struct stat found {};
  if (is_standard_output(path)) {
    output.target_ = STDOUT_FILENO;
  } else if (::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    auto device = open_existing(path, found);
    if (!device) return fail(device.error());
    output.device_ = *std::move(device);
    output.target_ = output.device_.get();
  } else {
    auto file = files::WholeFile::create(path, kPrivate);
    if (!file) return fail(file.error());
    output.file_.emplace(*std::move(file));
  }
  return output;
}

Result<void> Output::write(std::string_view bytes) {
  if (file_) return file_->write(bytes);
  while (!bytes.empty()) {
    const ssize_t count = ::write(target_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return files::fail_by_errno(errno, "write the output");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> Output::finish() { return file_ ? file_->commit() : Result<void>(); }

}  // namespace penstock::cli
