// Brings back to Redis what went to the spool while Redis was not to be had, oldest first.
//
//   idle --tick--> claiming (pool) --> pushing (Redis) --> releasing and claiming (pool) --> …
//
// One chunk is on its way at a time, so new events always find room. What was pushed but not
// released is pushed again after a restart, which the events' ids make harmless.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/options.h"

namespace penstock::queue {

class RedisReplay {
 public:
  // Pushes messages, which stay until `done` is called with whether Redis has them.
  using Push = std::function<void(const std::vector<std::string>& messages,
                                  std::function<void(bool is_stored)> done)>;

  // Borrows `loop` and `clock`. `can_push` is asked before each chunk.
  static Result<std::unique_ptr<RedisReplay>> make(const SpoolOptions& options, io::Loop& loop,
                                                   const Clock& clock,
                                                   std::function<bool()> can_push, Push push);
  ~RedisReplay();

  // Looks into the spool now instead of at the next tick.
  void wake();

 private:
  struct Work;

  RedisReplay(std::shared_ptr<Work> work, io::Loop& loop, std::function<bool()> can_push,
              Push push);
  void claim(bool releases_first);
  void on_claimed();
  void on_pushed(bool is_stored);

  io::Loop& loop_;
  const std::function<bool()> can_push_;
  const Push push_;
  std::shared_ptr<Work> work_;          // The pool thread's or Redis's while is_busy_.
  std::shared_ptr<RedisReplay*> self_;  // Emptied when we go.
  io::Timer tick_;
  bool is_busy_ = false;
};

}  // namespace penstock::queue
