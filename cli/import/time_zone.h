// Local times to UTC by the system's list of zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock::cli {

class TimeZone {
 public:
  // "Europe/Berlin", "UTC". Nullopt where the system has no such zone. From then on it is the
  // process's: for a tool that does one thing.
  static std::optional<TimeZone> named(const std::string& name);

  // `local_ms` is the local time as if it were UTC. Of an hour that a change of the clocks repeats
  // the first is meant; one that it leaves out is read as if the clocks had not changed yet.
  std::int64_t utc_of(std::int64_t local_ms) const;

 private:
  TimeZone() = default;
};

}  // namespace penstock::cli
