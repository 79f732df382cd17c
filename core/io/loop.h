// Owns a uv loop and the things that every loop needs: deferred calls, pool work, the end of a
// turn.
//
// One thread runs a loop and calls everything here, except post(), which any thread may call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <uv.h>

#include "base/error.h"

namespace penstock::io {

class Loop {
 public:
  Loop();
  // Requires that run() is not on the stack. Closes what is still open and lets it finish.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  uv_loop_t* uv();

  // Runs until stop(), whatever handles are open.
  void run();
  void stop();

  // Milliseconds and microseconds of monotonic time at this turn's start: one turn, one now.
  std::int64_t now_ms() const;

  // Runs `task` on the loop's thread, in a later turn. Any thread.
  void post(std::function<void()> task);

  // Runs `work` on a pool thread, then `done` here. What `done` captures must outlive it or be
  // guarded by a weak reference: work cannot be taken back.
  void run_in_pool(std::function<void()> work, std::function<void()> done);

  // Calls `task` once at the end of every turn in which input was handled (uv_check): the place
  // where a tick's batch leaves. At most one such task a loop.
  void set_end_of_turn(std::function<void()> task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::io
