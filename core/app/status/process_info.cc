#include "app/status/process_info.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

#include "base/text.h"

namespace penstock::app {
namespace {

// The n-th field (from 1) of /proc/PID/stat. Counted from behind the name, which may hold spaces.
std::optional<std::uint64_t> stat_field(const std::string& stat, int n) {
  constexpr int kFirstBehindName = 3;
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int i = kFirstBehindName; i <= n; ++i) fields >> field;
  const auto number = parse_int(field);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

std::optional<ProcessInfo> process_info(std::int64_t pid) {
  constexpr int kStartTime = 22;  // In clock ticks since boot.
  constexpr int kRssPages = 24;
  std::ifstream in(str_cat("/proc/", pid, "/stat"));
  std::string stat;
  std::getline(in, stat);
  const auto start = stat_field(stat, kStartTime);
  const auto pages = stat_field(stat, kRssPages);
  if (!start || !pages) return std::nullopt;

  timespec since_boot{};
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const double now =
      static_cast<double>(since_boot.tv_sec) + static_cast<double>(since_boot.tv_nsec) / 1e9;
  ProcessInfo info;
  info.uptime_s =
      std::max(0.0, now - static_cast<double>(*start) / static_cast<double>(sysconf(_SC_CLK_TCK)));
  info.rss_bytes = *pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return info;
}

}  // namespace penstock::app
