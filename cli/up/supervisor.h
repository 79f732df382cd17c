// Keeps the three programs of `penstock up` running, and stops them in order.
//
//   running --signal--> stopping the intake --it has ended--> draining the queue
//           --empty, or long enough--> stopping the rest --all have ended--> over
//
// A child that dies is started again, with backoff. One that fails three times before it was ever
// ready is a mistake that waiting will not mend: everything is stopped. Blocks signals of the
// calling thread and waits for them, so nothing runs in a handler. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "cli/up/child_process.h"

namespace penstock::cli {

struct SupervisedChild {
  std::string name;
  ChildCommand command;
  // Whether the process with this id does its work.
  std::function<bool(pid_t pid)> is_ready;
  // Before the intake is told to stop for good: gives up what this process keeps for its next one.
  std::function<void()> before_stop = [] {};
};

struct SupervisorOptions {
  std::int64_t ready_ms = 30'000;  // From the start until all are ready.
  std::int64_t stop_ms = 30'000;   // For one step of stopping, before SIGKILL.
  std::int64_t drain_ms = 10'000;  // For the queue to get empty.
  std::int64_t backoff_ms_min = 200;
  std::int64_t backoff_ms_max = 5'000;
  std::int64_t tick_ms = 50;
};

class Supervisor {
 public:
  // The first child is the intake, which is stopped first. `on_ready` is called once, when all
  // are ready; `is_drained` while the queue is drained. Borrows `clock`.
  Supervisor(std::vector<SupervisedChild> children, std::function<void()> on_ready,
             std::function<bool()> is_drained, const SupervisorOptions& options,
             const Clock& clock);

  // Until SIGINT, SIGTERM or a failure at the start. SIGHUP is passed on to the children. Returns
  // 0 after an orderly stop, 1 after a failure or where a child had to be killed.
  int run();

 private:
  enum class Phase : std::uint8_t { kRunning, kStoppingIntake, kDraining, kStoppingRest };

  struct Child {
    SupervisedChild what;
    pid_t pid = 0;  // 0: not running.
    bool is_ready = false;
    int failures = 0;  // In a row, without having been ready.
    std::int64_t start_at_ms = 0;
  };

  void start_due();
  void reap();
  void on_end(Child& child, int status);
  void watch_readiness();
  void on_signal(int signal_number);
  void begin_stop(int exit_code);
  void advance_stop();
  void enter(Phase phase, std::int64_t within_ms);
  void stop_all();
  void kill_late();
  void signal_children(int signal_number);
  bool is_any_running() const;
  std::int64_t now_ms() const { return clock_.mono_us() / 1000; }

  std::vector<Child> children_;
  std::function<void()> on_ready_;
  std::function<bool()> is_drained_;
  SupervisorOptions options_;
  const Clock& clock_;
  Phase phase_ = Phase::kRunning;
  std::int64_t deadline_ms_ = 0;  // Of the phase; while running: until all were ready.
  bool was_ready_ = false;        // All children, at some moment.
  int exit_code_ = 0;
};

}  // namespace penstock::cli
