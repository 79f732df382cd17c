// What files looked like when they were looked at, through links: equal where none has changed
// since, neither in what it holds nor in who may read it.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace penstock::files {

class Look {
 public:
  Look() = default;
  explicit Look(const std::vector<std::string>& paths);
  bool operator==(const Look&) const = default;

 private:
  // Device, inode, size, change and modification in nanoseconds; zeros for a file that is not
  // there.
  using File = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
  std::vector<File> files_;
};

}  // namespace penstock::files
