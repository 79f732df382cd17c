#include "cli/up/child_process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "io/passed_descriptors.h"

namespace penstock::cli {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& own) {
  std::vector<std::string> merged = own;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool is_replaced = false;
    for (const std::string& replacement : own) {
      is_replaced =
          is_replaced || (!name.empty() && replacement.compare(0, name.size(), name) == 0);
    }
    if (!is_replaced) merged.emplace_back(text);
  }
  return merged;
}

constexpr std::size_t kPidDigitsMax = 20;

// What tells the child about its descriptors; its own id is to be written in by itself.
std::vector<std::string> descriptor_variables(const std::vector<ChildDescriptor>& descriptors) {
  if (descriptors.empty()) return {};
  std::string names;
  for (const ChildDescriptor& descriptor : descriptors) {
    if (!names.empty()) names += ':';
    names += descriptor.name;
  }
  return {str_cat("LISTEN_PID=", std::string(kPidDigitsMax, '0')),
          str_cat("LISTEN_FDS=", descriptors.size()), str_cat("LISTEN_FDNAMES=", names)};
}

// Over the digits of `variable`. Without leading zeros, which some read as a sign of octal.
void write_pid(char* variable, pid_t pid) {
  std::size_t digits = 1;
  for (pid_t rest = pid / 10; rest > 0; rest /= 10) ++digits;
  char* end = std::strchr(variable, '=') + 1 + digits;
  *end = '\0';
  for (std::size_t i = 0; i < digits; ++i, pid /= 10) *--end = static_cast<char>('0' + pid % 10);
}

struct Descriptors {
  std::vector<int> fds;
  std::vector<int> copies;  // Room for the child's work, which may not allocate.
};

// To 3, 4 and so on, in two steps because some may stand in each other's place.
bool place(const int* descriptors, int* copies, int count) {
  for (int i = 0; i < count; ++i) {
    copies[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, io::kFirstPassedDescriptor + count);
    if (copies[i] < 0) return false;
  }
  for (int i = 0; i < count; ++i) {
    if (dup2(copies[i], io::kFirstPassedDescriptor + i) < 0) return false;
  }
  return true;
}

// Between fork and exec only what is safe in a signal handler may be called: everything that
// allocates was done before.
[[noreturn]] void become(const char* program, char* const* argv, char* const* envp, pid_t parent,
                         const std::string& complaint, Descriptors& descriptors) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // It died before the line above could take effect.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int empty = open("/dev/null", O_RDONLY);
  if (empty >= 0) dup2(empty, STDIN_FILENO);
  if (!descriptors.fds.empty()) {
    write_pid(envp[0], getpid());
    if (!place(descriptors.fds.data(), descriptors.copies.data(),
               static_cast<int>(descriptors.fds.size()))) {
      _exit(127);
    }
  }
  execvpe(program, argv, envp);
  [[maybe_unused]] const ssize_t count = write(STDERR_FILENO, complaint.data(), complaint.size());
  _exit(127);
}

}  // namespace

Result<pid_t> spawn(const ChildCommand& command) {
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.begin(), command.program);
  // In front, where the child finds LISTEN_PID.
  std::vector<std::string> variables = descriptor_variables(command.descriptors);
  variables.insert(variables.end(), command.environment.begin(), command.environment.end());
  std::vector<std::string> environment = merged_environment(variables);
  Descriptors descriptors;
  for (const ChildDescriptor& descriptor : command.descriptors) {
    descriptors.fds.push_back(descriptor.fd);
  }
  descriptors.copies.resize(descriptors.fds.size());
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const std::string complaint =
      str_cat("penstock: ", command.program, " cannot be run: is it installed?\n");

  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return fail(ErrorCode::kExhausted, errno, "make a process");
  if (pid == 0) {
    become(command.program.c_str(), argv.data(), envp.data(), parent, complaint, descriptors);
  }
  return pid;
}

std::string find_program(std::string_view name) {
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string beside = (own.parent_path() / name).string();
  return !error && access(beside.c_str(), X_OK) == 0 ? beside : std::string(name);
}

std::string end_text(int status) {
  if (WIFSIGNALED(status)) return str_cat("signal ", WTERMSIG(status));
  return str_cat("exit ", WEXITSTATUS(status));
}

}  // namespace penstock::cli
