// A day whose place in the store cannot be used, while all others can.
#pragma once

#include <cstdint>
#include <string>

namespace penstock::store {

struct BadDay {
  std::int64_t day_ms = 0;
  std::string reason;  // Names the place and the fault, for people.

  bool operator==(const BadDay&) const = default;
};

}  // namespace penstock::store
