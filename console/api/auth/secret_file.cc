#include "console/api/auth/secret_file.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> fail_by_errno(const char* step) {
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EMFILE || errno == ENFILE;
  return fail(is_full ? ErrorCode::kExhausted : ErrorCode::kConfiguration, errno, step);
}

Result<void> write_and_sync(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_by_errno("write the secret file");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) return fail_by_errno("sync the secret file");
  return {};
}

Result<void> sync_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0 || ::fsync(file.number()) != 0) return fail_by_errno("sync the folder");
  return {};
}

}  // namespace

Result<void> write_secret_file(const std::string& path, std::string_view content) {
  // A name that nobody can have put there before us, as a link or with wider rights.
  const std::string scratch = str_cat(path, ".", crypto::random_token(8));
  {
    const Descriptor file(
        ::open(scratch.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.number() < 0) return fail_by_errno("create the secret file");
    if (auto written = write_and_sync(file.number(), content); !written) {
      ::unlink(scratch.c_str());
      return written;
    }
  }
  if (std::rename(scratch.c_str(), path.c_str()) != 0) {
    const auto failure = fail_by_errno("put the secret file in its place");
    ::unlink(scratch.c_str());
    return failure;
  }
  return sync_folder(path);
}

}  // namespace penstock::console
