// What a question reads of a store's files, and what reading so much costs by itself.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "spent.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {

// Out of the kernel's cache, as far as it is written back.
inline void forget_pages(const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    static_cast<void>(fdatasync(file));
    static_cast<void>(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    close(file);
  }
}

// What this process has read by system calls, of files above all.
inline double bytes_read() {
  std::ifstream io("/proc/self/io");
  for (std::string line; std::getline(io, line);) {
    if (line.starts_with("rchar:")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return 0;
}

// Reads so many bytes, the folder's files' first ones, as SQLite does: by its pages. The second
// time, when they are in the kernel's cache, is what counts.
inline Spent spent_reading(const std::string& folder, double bytes) {
  const auto days = list_days(folder);
  const auto of_each = static_cast<off_t>(bytes / static_cast<double>(days.size()));
  const auto read_all = [&] {
    std::array<char, 8'192> page;
    for (const std::int64_t day_ms : days) {
      const int file = open(day_path(folder, day_ms).c_str(), O_RDONLY | O_CLOEXEC);
      PENSTOCK_CHECK(file >= 0);
      for (off_t at = 0; at < of_each; at += page.size()) {
        if (pread(file, page.data(), page.size(), at) <= 0) break;
      }
      close(file);
    }
  };
  read_all();
  return spent_by(read_all);
}

}  // namespace penstock::store
