#include "cli/import/input.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/failure.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;
constexpr std::size_t kBeginningBytes = 6;

struct Mark {
  std::string_view bytes;
  const char* problem;
};
constexpr Mark kOtherPackings[] = {
    {"PK\x03\x04", "read: it is a zip archive; unpack it first"},
    {"BZh", "read: it is packed by bzip2; unpack it first"},
    {"\xfd"
     "7zXZ",
     "read: it is packed by xz; unpack it first"},
    {"PGDMP", "read: it is a dump in PostgreSQL's own format; pg_restore -f - makes text of it"},
};

}  // namespace

Result<Input> Input::open(const std::string& path) {
  Input input;
  input.is_standard_ = path == "-";
  input.name_ = input.is_standard_ ? "standard input" : path;
  const int fd = input.is_standard_ ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                    : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return files::fail_by_errno(errno, "open");
  input.file_ = files::Descriptor(fd);
  struct stat found {};
  if (::fstat(fd, &found) != 0) return files::fail_by_errno(errno, "open");
  if (S_ISDIR(found.st_mode)) return files::fail_by_errno(EISDIR, "open");
  if (S_ISREG(found.st_mode)) input.bytes_all_ = static_cast<std::uint64_t>(found.st_size);
  return input;
}

// Empty at the end.
Result<std::string_view> Input::read_raw() {
  raw_.resize(kPieceBytes);
  ssize_t bytes = 0;
  do {
    bytes = ::read(file_.get(), raw_.data(), raw_.size());
  } while (bytes < 0 && errno == EINTR);
  if (bytes < 0) return files::fail_by_errno(errno, "read");
  bytes_read_ += static_cast<std::uint64_t>(bytes);
  return std::string_view(raw_).substr(0, static_cast<std::size_t>(bytes));
}

// Tells how the file is packed. A pipe may give its first bytes one by one.
Result<std::string_view> Input::read_beginning() {
  has_begun_ = true;
  while (beginning_.size() < kBeginningBytes) {
    const auto raw = read_raw();
    if (!raw) return fail(raw.error());
    if (raw->empty()) break;
    beginning_ += *raw;
  }
  for (const Mark& mark : kOtherPackings) {
    if (beginning_.starts_with(mark.bytes)) return fail(ErrorCode::kRejected, mark.problem);
  }
  const http::Encoding encoding = http::encoding_by_beginning(beginning_);
  if (encoding != http::Encoding::kIdentity) {
    decoder_ = std::make_unique<http::StreamDecoder>(encoding, http::kZstdFileWindowLogMax);
  }
  return std::string_view(beginning_);
}

Result<void> Input::unpack(std::string_view raw, FunctionRef<void(std::string_view)> take) {
  do {
    text_.clear();
    const auto taken = decoder_->feed(raw, kPieceBytes, text_);
    if (!taken) return fail(taken.error());
    raw.remove_prefix(*taken);
    if (!text_.empty()) take(text_);
  } while (text_.size() == kPieceBytes);
  return {};
}

Result<bool> Input::read(FunctionRef<void(std::string_view)> take) {
  const auto raw = has_begun_ ? read_raw() : read_beginning();
  if (!raw) return fail(raw.error());
  if (raw->empty()) {
    if (!decoder_ || decoder_->is_whole()) return false;
    return fail(ErrorCode::kRejected, "unpack: the file is cut off");
  }
  if (decoder_) {
    PENSTOCK_TRY(unpack(*raw, take));
  } else {
    take(*raw);
  }
  return true;
}

}  // namespace penstock::cli
