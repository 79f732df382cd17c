// What went wrong with one of a store's files, for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::store {

struct FileFault {
  std::string file;    // Its path.
  std::string what;    // "database disk image is malformed".
  std::string remedy;  // What a person may do.

  bool operator==(const FileFault&) const = default;
};

// Of a work that goes over all files: one that has a fault does not hold up the others.
struct FilesDone {
  std::uint32_t files = 0;  // Those that were in order, or were put in order.
  std::vector<FileFault> faults;
};

}  // namespace penstock::store
