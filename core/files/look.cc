#include "files/look.h"

#include <ctime>

#include <sys/stat.h>

namespace penstock::files {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Look::Look(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) found = {};
    files_.emplace_back(found.st_dev, found.st_ino, found.st_size, nanoseconds(found.st_ctim),
                        nanoseconds(found.st_mtim));
  }
}

}  // namespace penstock::files
