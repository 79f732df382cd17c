// Feeds the service manager's watchdog (sd_notify(3), WATCHDOG=1) from the loops themselves, so
// that a process of which one thread is stuck is ended and started again, and an idle one is not.
//
// Several times a period each part is asked to answer from where it works, until it has. When all
// have answered the manager is told, and the next round begins: one that hangs keeps all silent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "io/loop.h"
#include "io/timer.h"

namespace penstock::app {

class Watchdog {
 public:
  // Has `answer` called where the part works, however idle it is; drops it while the part does not
  // get on, or has ended.
  using Ask = std::function<void(std::function<void()> answer)>;

  // What the manager wants to hear from within (WATCHDOG_USEC); 0: it does not wait for us.
  static std::int64_t period_ms();

  // Lives on `loop`, which is a part by itself. Borrows it and what the parts borrow; answers may
  // come from any thread, and after the watchdog has gone.
  Watchdog(io::Loop& loop, std::vector<Ask> parts, std::int64_t period_ms = Watchdog::period_ms());

  // A part that is a loop. Borrows it.
  static Ask of(io::Loop& loop);

 private:
  struct Round;

  void tick();

  const std::vector<Ask> parts_;
  const std::shared_ptr<Round> round_;
  io::Timer timer_;
};

}  // namespace penstock::app
