#include "cli/up/supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

namespace penstock::cli {
namespace {

constexpr int kFailuresMax = 3;

sigset_t waited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set, number);
  return set;
}

// The next signal within `ms`, 0 for none.
int next_signal(const sigset_t& set, std::int64_t ms) {
  timespec wait{};
  wait.tv_sec = static_cast<time_t>(ms / 1000);
  wait.tv_nsec = static_cast<long>(ms % 1000 * 1'000'000);
  return std::max(sigtimedwait(&set, nullptr, &wait), 0);
}

}  // namespace

Supervisor::Supervisor(std::vector<SupervisedChild> children, std::function<void()> on_ready,
                       std::function<bool()> is_drained, const SupervisorOptions& options,
                       const Clock& clock)
    : on_ready_(std::move(on_ready)),
      is_drained_(std::move(is_drained)),
      options_(options),
      clock_(clock) {
  for (SupervisedChild& child : children) children_.emplace_back().what = std::move(child);
}

int Supervisor::run() {
  const sigset_t signals = waited_signals();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &signals, &before);
  deadline_ms_ = now_ms() + options_.ready_ms;
  while (phase_ != Phase::kStoppingRest || is_any_running()) {
    if (phase_ == Phase::kRunning) {
      start_due();
    }
    on_signal(next_signal(signals, options_.tick_ms));
    reap();
    if (phase_ == Phase::kRunning) {
      watch_readiness();
    } else {
      advance_stop();
    }
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return exit_code_;
}

void Supervisor::start_due() {
  for (Child& child : children_) {
    if (child.pid != 0 || now_ms() < child.start_at_ms) continue;
    const auto pid = spawn(child.what.command);
    if (pid) {
      child.pid = *pid;
    } else {
      log_error("up.cannot_start", "cannot start a program",
                {{"program", child.what.name}, {"error", to_text(pid.error())}});
      child.start_at_ms = now_ms() + options_.backoff_ms_max;
    }
  }
}

void Supervisor::reap() {
  for (Child& child : children_) {
    int status = 0;
    if (child.pid != 0 && waitpid(child.pid, &status, WNOHANG) == child.pid) on_end(child, status);
  }
}

void Supervisor::on_end(Child& child, int status) {
  child.pid = 0;
  child.failures = child.is_ready ? 0 : child.failures + 1;
  child.is_ready = false;
  if (phase_ != Phase::kRunning) return;
  if (!was_ready_ && child.failures >= kFailuresMax) {
    log_error("up.fails_at_start",
              "a program failed at its start again and again; its message stands above",
              {{"program", child.what.name}, {"ended_with", end_text(status)}});
    return begin_stop(1);
  }
  const std::int64_t backoff_ms =
      std::min(options_.backoff_ms_min << std::min(child.failures, 10), options_.backoff_ms_max);
  child.start_at_ms = now_ms() + backoff_ms;
  log_warn(
      "up.restarted", "a program ended and is started again",
      {{"program", child.what.name}, {"ended_with", end_text(status)}, {"backoff_ms", backoff_ms}});
}

void Supervisor::watch_readiness() {
  for (Child& child : children_) {
    if (child.pid != 0 && !child.is_ready) child.is_ready = child.what.is_ready(child.pid);
  }
  if (was_ready_) return;
  const auto waiting = std::find_if(children_.begin(), children_.end(),
                                    [](const Child& child) { return !child.is_ready; });
  if (waiting == children_.end()) {
    was_ready_ = true;
    on_ready_();
  } else if (now_ms() > deadline_ms_) {
    log_error("up.not_ready", "a program did not get ready in time",
              {{"program", waiting->what.name}, {"waited_ms", options_.ready_ms}});
    begin_stop(1);
  }
}

// The second request to stop is one of somebody who will not wait.
void Supervisor::on_signal(int signal_number) {
  if (signal_number == SIGHUP) {
    signal_children(SIGHUP);
  } else if (signal_number == SIGINT || signal_number == SIGTERM) {
    if (phase_ == Phase::kRunning) {
      begin_stop(0);
    } else {
      stop_all();
    }
  }
}

void Supervisor::begin_stop(int exit_code) {
  exit_code_ = exit_code;
  log_info("up", "stopping");
  enter(Phase::kStoppingIntake, options_.stop_ms);
  children_.front().what.before_stop();
  if (children_.front().pid != 0) kill(children_.front().pid, SIGTERM);
}

void Supervisor::advance_stop() {
  const bool is_late = now_ms() > deadline_ms_;
  switch (phase_) {
    case Phase::kRunning:
      break;
    case Phase::kStoppingIntake:
      if (children_.front().pid == 0) {
        enter(Phase::kDraining, options_.drain_ms);
      } else if (is_late) {
        kill_late();
      }
      break;
    case Phase::kDraining: {
      // Without a worker, or after a failed start, nobody empties the queue.
      const bool has_worker = children_.size() > 1 && children_[1].pid != 0;
      if (!has_worker || exit_code_ != 0 || is_late || is_drained_()) stop_all();
      break;
    }
    case Phase::kStoppingRest:
      if (is_late) kill_late();
      break;
  }
}

// Whoever was asked to stop in this phase and is still there.
void Supervisor::kill_late() {
  for (const Child& child : children_) {
    if (child.pid == 0) continue;
    log_error("up.killed", "a program did not stop in time and is killed",
              {{"program", child.what.name}, {"waited_ms", options_.stop_ms}});
    kill(child.pid, SIGKILL);
    if (phase_ == Phase::kStoppingIntake) break;
  }
  exit_code_ = 1;
  enter(phase_, options_.stop_ms);
}

void Supervisor::enter(Phase phase, std::int64_t within_ms) {
  phase_ = phase;
  deadline_ms_ = now_ms() + within_ms;
}

void Supervisor::stop_all() {
  enter(Phase::kStoppingRest, options_.stop_ms);
  signal_children(SIGTERM);
}

void Supervisor::signal_children(int signal_number) {
  for (const Child& child : children_) {
    if (child.pid != 0) kill(child.pid, signal_number);
  }
}

bool Supervisor::is_any_running() const {
  return std::any_of(children_.begin(), children_.end(),
                     [](const Child& child) { return child.pid != 0; });
}

}  // namespace penstock::cli
