// What the kernel tells about a process of ours.
#pragma once

#include <cstdint>
#include <optional>

namespace penstock::app {

struct ProcessInfo {
  double uptime_s = 0;
  std::uint64_t rss_bytes = 0;
};

// Nullopt: there is no such process.
std::optional<ProcessInfo> process_info(std::int64_t pid);

}  // namespace penstock::app
