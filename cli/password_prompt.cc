#include "cli/password_prompt.h"

#include <cstdio>
#include <iostream>

#include <termios.h>
#include <unistd.h>

#include "cli/command.h"

namespace penstock::cli {
namespace {

// Echo is off while it lives.
class Silence {
 public:
  Silence() {
    is_on_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (is_on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (is_on_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  bool is_on_ = false;
};

std::optional<std::string> ask(const char* question) {
  std::fputs(question, stderr);
  const Silence silence;
  std::string line;
  const bool is_read = static_cast<bool>(std::getline(std::cin, line));
  std::fputs("\n", stderr);
  return is_read ? std::optional(line) : std::nullopt;
}

}  // namespace

std::optional<std::string> read_password() {
  if (isatty(STDIN_FILENO) == 0) {
    std::string line;
    if (std::getline(std::cin, line) && !line.empty()) return line;
    failed("the password is read from standard input, and nothing came");
    return std::nullopt;
  }
  const auto first = ask("Password: ");
  const auto second = first ? ask("Again: ") : std::nullopt;
  if (second && *first == *second) return first;
  failed("no password: the two differ");
  return std::nullopt;
}

}  // namespace penstock::cli
