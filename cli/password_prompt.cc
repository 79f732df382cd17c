#include "cli/password_prompt.h"

#include <cstdio>

#include <termios.h>
#include <unistd.h>

#include "cli/command.h"

namespace penstock::cli {
namespace {

// Far above what any password may have; what is longer is refused by its rules.
constexpr std::size_t kLineBytesMax = 4'096;

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

// Byte by byte: what stands behind the line is not ours to take. Nullopt at the input's end.
std::optional<std::string> read_line() {
  std::string line;
  char c = 0;
  while (read(STDIN_FILENO, &c, 1) == 1) {
    if (c == '\n') return line;
    if (line.size() < kLineBytesMax) line += c;
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

std::optional<std::string> ask(const char* question) {
  std::fputs(question, stderr);
  const Silence silence;
  auto line = read_line();
  std::fputs("\n", stderr);
  return line;
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
