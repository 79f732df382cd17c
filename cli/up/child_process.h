// A program of ours as a child process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/error.h"

namespace penstock::cli {

// A descriptor that the child gets by systemd's protocol (io/passed_descriptors.h). Borrowed.
struct ChildDescriptor {
  int fd;
  std::string name;
};

struct ChildCommand {
  std::string program;                   // A path, or a name to look for in PATH.
  std::vector<std::string> arguments;    // Without the program itself.
  std::vector<std::string> environment;  // "NAME=value"; wins over this process's own.
  std::vector<ChildDescriptor> descriptors = {};
};

// Starts it in a process group of its own, so that Ctrl-C reaches this process alone, which then
// stops its children in order. Should this process be killed, the child gets SIGTERM. Standard
// input is empty; output goes where ours goes. A program that cannot be run says so on standard
// error and ends with 127. kExhausted: no process can be made.
Result<pid_t> spawn(const ChildCommand& command);

// The path of `name` beside this process's own executable, or `name` where it is not there.
std::string find_program(std::string_view name);

// "exit 1" or "signal 9", from waitpid()'s status.
std::string end_text(int status);

}  // namespace penstock::cli
