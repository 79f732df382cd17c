// How far an import came: a small file in the spool's folder, by which the same command goes on
// where it was cut off. It is never ahead of what is durable; where it is behind or lost, rows come
// again and are the same events by their ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::cli {

struct Place {
  std::uint64_t file = 0;      // Of the command's, from 0.
  std::uint64_t rows = 0;      // Of it that are done.
  std::uint64_t row_hash = 0;  // Of the last of them, by which the file is known again.
  bool operator==(const Place&) const = default;
};

class Bookmark {
 public:
  // `command` tells one import from another: format, project and files.
  Bookmark(const std::string& folder, const std::vector<std::string>& command);

  // Nullopt: there is none, or none that can be read.
  std::optional<Place> read() const;
  Result<void> write(const Place& place) const;
  void remove() const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace penstock::cli
