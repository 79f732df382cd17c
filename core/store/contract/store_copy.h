// What a copy of a store consists of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/contract/file_fault.h"

namespace penstock::store {

struct CopiedFile {
  std::string name;  // In the copy's folder.
  std::uint64_t bytes = 0;

  bool operator==(const CopiedFile&) const = default;
};

struct StoreCopy {
  std::vector<CopiedFile> files;
  std::vector<FileFault> left_out;
};

}  // namespace penstock::store
