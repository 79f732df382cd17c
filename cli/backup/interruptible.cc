#include "cli/backup/interruptible.h"

#include <csignal>
#include <cstdio>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/command_line.h"

namespace penstock::cli {
namespace {

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
  }
  return status;
}

}  // namespace

std::optional<int> run_interruptible(const std::function<int()>& work) {
  sigset_t awaited;
  sigset_t before;
  sigemptyset(&awaited);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&awaited, signal);
  ::sigprocmask(SIG_BLOCK, &awaited, &before);
  std::fflush(nullptr);  // Or it would be written twice.
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(app::kExitFailed);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::_exit(app::with_output_written("penstock", work()));
  }
  bool is_ended = child < 0;
  while (!is_ended) {
    const int signal = ::sigwaitinfo(&awaited, nullptr);
    if (signal < 0) continue;
    // Another child's end tells nothing of this one.
    siginfo_t ended{};
    if (signal != SIGCHLD) ::kill(child, SIGKILL);
    is_ended = signal != SIGCHLD || (::waitid(P_PID, static_cast<id_t>(child), &ended,
                                              WEXITED | WNOHANG | WNOWAIT) == 0 &&
                                     ended.si_pid == child);
  }
  const int status = child < 0 ? app::kExitFailed << 8 : wait_for(child);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (!WIFEXITED(status)) return std::nullopt;
  return WEXITSTATUS(status);
}

}  // namespace penstock::cli
