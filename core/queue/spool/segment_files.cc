#include "queue/spool/segment_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/descriptor.h"

namespace penstock::queue {
namespace {

constexpr std::array<const char*, 2> kContentFiles = {".db", ".db-wal"};
constexpr std::size_t kPieceBytes = 65'536;

bool is_passing(int number) {
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == EINTR;
}

bool is_file_readable(const std::string& path) {
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return errno == ENOENT || is_passing(errno);
  std::vector<char> piece(kPieceBytes);
  while (true) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count == 0) return true;
    if (count < 0) return is_passing(errno);
  }
}

}  // namespace

SegmentTrace trace_of_segment(const std::string& segment_path) {
  SegmentTrace trace;
  for (const char* suffix : kContentFiles) {
    struct stat info {};
    if (::stat((segment_path + suffix).c_str(), &info) != 0) continue;
    trace.bytes += info.st_size;
    const std::int64_t changed_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
    trace.changed_ns = std::max(trace.changed_ns, changed_ns);
  }
  return trace;
}

bool is_segment_gone(const std::string& segment_path) {
  struct stat info {};
  return ::lstat((segment_path + ".db").c_str(), &info) != 0 && errno == ENOENT;
}

bool is_segment_readable(const std::string& segment_path) {
  return std::all_of(kContentFiles.begin(), kContentFiles.end(),
                     [&](const char* suffix) { return is_file_readable(segment_path + suffix); });
}

}  // namespace penstock::queue
