#include "cli/import/time_zone.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

#include "base/text.h"

namespace penstock::cli {
namespace {

constexpr const char* kZonesFolder = "/usr/share/zoneinfo/";

bool is_zone_name(const std::string& name) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.size() < 64 && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), is_good);
}

}  // namespace

std::optional<TimeZone> TimeZone::named(const std::string& name) {
  if (!is_zone_name(name)) return std::nullopt;
  if (name != "UTC" && ::access(str_cat(kZonesFolder, name).c_str(), R_OK) != 0) {
    return std::nullopt;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before there are threads.
  ::setenv("TZ", name.c_str(), 1);
  ::tzset();
  return TimeZone();
}

std::int64_t TimeZone::utc_of(std::int64_t local_ms) const {
  const std::int64_t ms = ((local_ms % 1000) + 1000) % 1000;
  const std::time_t seconds = (local_ms - ms) / 1000;
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return local_ms;
  // Of two the one in summer comes first.
  for (const int summer : {1, 0}) {
    std::tm asked = parts;
    asked.tm_isdst = summer;
    const std::time_t found = std::mktime(&asked);
    if (found != -1 && asked.tm_isdst == summer) return std::int64_t{found} * 1000 + ms;
  }
  parts.tm_isdst = -1;
  return std::int64_t{std::mktime(&parts)} * 1000 + ms;
}

}  // namespace penstock::cli
