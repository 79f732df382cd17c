// The clock of a simulation. While one lives, monotonic time stands still for the whole process,
// libuv included, until it is moved: a minute of waiting costs nothing.
#pragma once

#include <cstdint>

#include "base/function_ref.h"
#include "io/loop.h"

namespace penstock::sim {

class VirtualTime {
 public:
  VirtualTime();
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;
  ~VirtualTime();

  std::int64_t now_ms() const;

  // Runs `loop`, from one timer to the next, until `is_done` or for `limit_ms`. False for the
  // latter.
  bool run(io::Loop& loop, std::int64_t limit_ms, FunctionRef<bool()> is_done);
};

// Of the real clock, whatever is simulated.
double real_seconds();

}  // namespace penstock::sim
