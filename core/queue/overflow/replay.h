// Brings back to a remote what went to the spool while it was not to be had, oldest first.
//
//   idle --tick--> claiming (pool) --> pushing --> releasing and claiming (pool) --> …
//
// One chunk is on its way at a time, so new events always find room. What was pushed but not
// released is pushed again after a restart, which the events' ids make harmless.
#pragma once

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/options.h"
#include "queue/contract/remote.h"

namespace penstock::queue {

class SpoolReplay {
 public:
  // Borrows all but `options`; `remote` may go when we have gone.
  static Result<std::unique_ptr<SpoolReplay>> make(const SpoolOptions& options, Remote& remote,
                                                   io::Loop& loop, const Clock& clock);
  ~SpoolReplay();

  // Looks into the spool now instead of at the next tick.
  void wake();

 private:
  struct Work;

  SpoolReplay(std::shared_ptr<Work> work, Remote& remote, io::Loop& loop);
  void claim(bool releases_first);
  void on_claimed();
  void on_pushed(std::size_t messages, bool is_stored);

  io::Loop& loop_;
  Remote& remote_;
  std::shared_ptr<Work> work_;          // The pool thread's while it claims, ours otherwise.
  std::shared_ptr<SpoolReplay*> self_;  // Emptied when we go.
  io::Timer tick_;
  bool is_busy_ = false;
};

}  // namespace penstock::queue
