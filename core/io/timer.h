// A deadline on a loop. Dropping the timer cancels it, also from within its own call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "io/loop.h"
#include "io/owned.h"

namespace penstock::io {

class Timer {
 public:
  // Borrows `loop`.
  Timer(Loop& loop, std::function<void()> on_due);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start_once(std::int64_t after_ms);
  void start_every(std::int64_t period_ms);
  void cancel();
  bool is_armed() const;

 private:
  Owned<uv_timer_t> timer_;
  std::unique_ptr<std::function<void()>> on_due_;
};

}  // namespace penstock::io
