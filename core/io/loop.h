// Owns a uv loop and the things that every loop needs: deferred calls, pool work, the end of a
// turn, a buffer to read into.
//
// One thread runs a loop and calls everything here, except post(), which any thread may call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <uv.h>

#include "base/error.h"

namespace penstock::io {

class Loop {
 public:
  // Ignores SIGPIPE in the whole process: a peer that has gone is an error of the write.
  Loop();
  // Requires that run() is not on the stack. Closes what is still open and lets it finish, pool
  // work included; posted tasks that have not run are dropped.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  uv_loop_t* uv();

  // Runs until stop(), whatever handles are open.
  void run();
  void stop();

  // Milliseconds of monotonic time at this turn's start: one turn, one now.
  std::int64_t now_ms() const;

  // Runs `task` on the loop's thread, in a later turn. Any thread.
  void post(std::function<void()> task);

  // Runs `work` on a pool thread, then `done` here. What `done` captures must outlive it or be
  // guarded by a weak reference: work cannot be taken back.
  void run_in_pool(std::function<void()> work, std::function<void()> done);

  // Calls `task` when a turn has handled its input, and once more where timers ran before the loop
  // goes to sleep: the place where a tick's batch leaves. It must cost nothing when there is
  // nothing to do. At most one such task a loop; an empty function takes it away.
  void set_end_of_turn(std::function<void()> task);
  // From that task: the next turn begins at once and takes the input that there is, be it none, and
  // then the task is called again.
  void look_again();

  // What every stream of this loop reads into, so that an idle one holds no buffer. Its content is
  // good until the callback that received it returns. kReadablePadding bytes more lie behind it.
  static constexpr std::size_t kReadBufferBytes = 65'536;
  std::span<char> read_buffer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::io
