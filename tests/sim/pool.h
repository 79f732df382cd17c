// The pool of a simulation's loop: its work is done on the loop's own thread, after as long as a
// seed says, so that a slow disk is one of the things that happen, and nothing depends on threads.
#pragma once

#include <cstdint>
#include <list>

#include <uv.h>

#include "base/random.h"
#include "io/loop.h"
#include "io/timer.h"

namespace penstock::sim {

class Pool {
 public:
  // Borrows both; one pool at a time. Declared behind `loop`, before all that gives it work.
  Pool(io::Loop& loop, Random& random);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // How long a piece of work takes at most, and then until its end is heard of.
  void set_slowest_ms(std::int64_t slowest_ms) { slowest_ms_ = slowest_ms; }

  // As where the process dies: what has not been done never is. Whoever gave it has gone.
  void die();

  void add(uv_work_t* request, uv_work_cb work, uv_after_work_cb after);

 private:
  struct Job;

  io::Loop& loop_;
  Random& random_;
  std::int64_t slowest_ms_ = 0;
  std::list<Job> jobs_;

  std::int64_t some_ms();
  void go_on(std::list<Job>::iterator job);
};

}  // namespace penstock::sim
