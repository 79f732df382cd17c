// Whether there is room where Penstock writes, on a filesystem that keeps what was synced.
#pragma once

#include <cstdint>
#include <string>

#include "cli/doctor/finding.h"

namespace penstock::cli {

// What the kernel says of the filesystem that a folder lies on.
struct DiskFacts {
  std::string path;
  std::uint64_t free_bytes = 0;  // For who is not root.
  std::uint64_t free_inodes = 0;
  std::uint64_t inodes = 0;  // 0: it has no fixed number of them.
  std::int64_t type = 0;     // statfs(2)'s f_type.
  bool is_read_only = false;
};

// `may_grow_bytes`: what the settings let Penstock add to it; 0: no bound is known.
void judge_disk(const DiskFacts& facts, std::uint64_t may_grow_bytes, Findings& findings);

}  // namespace penstock::cli
