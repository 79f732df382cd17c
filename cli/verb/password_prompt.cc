#include "cli/verb/password_prompt.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iterator>

#include <termios.h>
#include <unistd.h>

#include "cli/shared/command.h"

namespace penstock::cli {
namespace {

// Far above what any password may have; what is longer is refused by its rules.
constexpr std::size_t kLineBytesMax = 4'096;

// Signals that would end or stop us while the echo is off. Faults of our own are not among them.
constexpr int kSignals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,
                            SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU, SIGVTALRM,
                            SIGPROF, SIGXCPU, SIGIO,   SIGPWR};

volatile std::sig_atomic_t caught_signal = 0;

// While it lives the echo is off, and a signal ends the reading instead of us.
class Silence {
 public:
  Silence() {
    caught_signal = 0;
    struct sigaction noting {};  // Without SA_RESTART.
    noting.sa_handler = [](int number) { caught_signal = number; };
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
      sigaction(kSignals[i], nullptr, &before_signals_[i]);
      if (before_signals_[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &noting, nullptr);
    }
    is_on_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (is_on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    // As long as it takes: a signal must not keep the echo off.
    while (is_on_ && tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_) != 0 && errno == EINTR) {
    }
    for (std::size_t i = 0; i < std::size(kSignals); ++i) {
      sigaction(kSignals[i], &before_signals_[i], nullptr);
    }
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  struct sigaction before_signals_[std::size(kSignals)]{};
  bool is_on_ = false;
};

// Byte by byte: what stands behind the line is not ours to take. Nullopt at the input's end, and
// when a signal came.
std::optional<std::string> read_line() {
  std::string line;
  char c = 0;
  for (;;) {
    if (caught_signal != 0) return std::nullopt;
    const ssize_t count = read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count != 1) break;
    if (c == '\n') return line;
    if (line.size() < kLineBytesMax) line += c;
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

std::optional<std::string> ask(const char* question) {
  for (;;) {
    std::fputs(question, stderr);
    std::optional<std::string> line;
    int number = 0;
    {
      const Silence silence;
      line = read_line();
      number = caught_signal;
    }
    std::fputs("\n", stderr);
    caught_signal = 0;
    if (number == 0) return line;
    // Now with its own effect. Whoever is still here, or again, was stopped and asks once more.
    raise(number);
  }
}

}  // namespace

std::optional<std::string> read_password() {
  if (isatty(STDIN_FILENO) == 0) {
    auto line = read_line();
    if (line && !line->empty()) return line;
    failed("the password is read from standard input, and nothing came");
    return std::nullopt;
  }
  auto first = ask("Password: ");
  const auto second = first ? ask("Again: ") : std::nullopt;
  if (second && *first == *second) return first;
  failed("no password: the two differ");
  return std::nullopt;
}

}  // namespace penstock::cli
