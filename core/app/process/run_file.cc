#include "app/process/run_file.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

namespace penstock::app {
namespace {

// Our own files are a few hundred bytes; what is larger is not ours.
constexpr std::size_t kRunFileBytesMax = 16'384;
// The kernel cuts a process's name to this.
constexpr std::size_t kCommBytesMax = 15;

std::string folder(const std::string& state_dir) { return state_dir + "/run"; }

std::string path_of(const std::string& state_dir, std::string_view program) {
  return str_cat(folder(state_dir), "/", program, ".json");
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      append_hex(out, std::string_view(&c, 1));
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_of(const RunFile& file) {
  std::string out = "{\"listen\":[";
  for (std::size_t i = 0; i < file.listen.size(); ++i) {
    if (i > 0) out += ',';
    append_quoted(out, file.listen[i]);
  }
  out += "],\"admin\":";
  append_quoted(out, file.admin);
  out += str_cat(",\"pid\":", file.pid, "}\n");
  return out;
}

// Reads what json_of() writes, and nothing more of JSON than that: this layer has no parser below
// it, and the file is ours.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(std::string_view expected) {
    skip_spaces();
    if (rest_.substr(0, expected.size()) != expected) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool take_string(std::string& out) {
    if (!take("\"")) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && !take_escape(out)) return false;
      if (rest_.empty() || rest_.front() == '"' || rest_.front() == '\\') continue;
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return take("\"");
  }

  bool take_number(std::int64_t& out) {
    skip_spaces();
    const std::size_t length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const auto number = parse_int(rest_.substr(0, length));
    if (!number) return false;
    rest_.remove_prefix(length);
    out = *number;
    return true;
  }

 private:
  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  bool take_escape(std::string& out) {
    if (rest_.size() < 2) return false;
    if (rest_[1] != 'u') {
      out += rest_[1];
      rest_.remove_prefix(2);
      return true;
    }
    const auto bytes = rest_.size() < 6 ? std::nullopt : parse_hex(rest_.substr(2, 4));
    if (!bytes || (*bytes)[0] != '\0') return false;
    out += (*bytes)[1];
    rest_.remove_prefix(6);
    return true;
  }

  std::string_view rest_;
};

std::optional<RunFile> parse(std::string_view text) {
  Scanner scanner(text);
  RunFile file;
  if (!scanner.take("{") || !scanner.take("\"listen\"") || !scanner.take(":") || !scanner.take("["))
    return std::nullopt;
  while (!scanner.take("]")) {
    if (!file.listen.empty() && !scanner.take(",")) return std::nullopt;
    if (!scanner.take_string(file.listen.emplace_back())) return std::nullopt;
  }
  if (!scanner.take(",") || !scanner.take("\"admin\"") || !scanner.take(":") ||
      !scanner.take_string(file.admin) || !scanner.take(",") || !scanner.take("\"pid\"") ||
      !scanner.take(":") || !scanner.take_number(file.pid) || !scanner.take("}"))
    return std::nullopt;
  return file;
}

std::string read_text(const std::string& path, std::size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  std::string text(bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(bytes_max));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

void announce(const Config& config, std::string_view program, std::vector<std::string> listen,
              std::string admin) {
  RunFile file;
  file.listen = std::move(listen);
  file.admin = std::move(admin);
  file.pid = getpid();
  if (const auto written = write_run_file(config.state_dir, program, file); !written) {
    log_warn("app", "run file not written: `penstock status` will not find this process",
             {{"path", path_of(config.state_dir, program)}, {"error", to_text(written.error())}});
  }
}

void withdraw(const Config& config, std::string_view program) {
  const auto file = read_run_file(config.state_dir, program);
  if (file && file->pid == getpid()) remove_run_file(config.state_dir, program);
}

std::string with_port(const std::string& address, std::uint16_t port) {
  const bool is_open = address.size() > 2 && address.compare(address.size() - 2, 2, ":0") == 0;
  if (!is_open || address.compare(0, 5, "unix:") == 0) return address;
  return str_cat(std::string_view(address).substr(0, address.size() - 1), port);
}

std::vector<std::string> with_port(std::vector<std::string> addresses, std::uint16_t port) {
  for (std::string& address : addresses) {
    if (address.compare(0, 5, "unix:") == 0) continue;
    address = with_port(address, port);
    break;
  }
  return addresses;
}

Result<void> write_run_file(const std::string& state_dir, std::string_view program,
                            const RunFile& file) {
  if (mkdir(folder(state_dir).c_str(), 0755) != 0 && errno != EEXIST) {
    return fail(ErrorCode::kConfiguration, errno, "make the run folder");
  }
  const std::string path = path_of(state_dir, program);
  const std::string draft = str_cat(path, ".", getpid());
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << json_of(file);
  out.close();
  if (!out) return fail(ErrorCode::kConfiguration, errno, "write the run file");
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::remove(draft.c_str());
    return fail(ErrorCode::kConfiguration, error, "put the run file in place");
  }
  return {};
}

std::optional<RunFile> read_run_file(const std::string& state_dir, std::string_view program) {
  return parse(read_text(path_of(state_dir, program), kRunFileBytesMax));
}

void remove_run_file(const std::string& state_dir, std::string_view program) {
  std::remove(path_of(state_dir, program).c_str());
}

bool is_running(const RunFile& file, std::string_view program) {
  if (file.pid <= 0) return false;
  const auto pid = static_cast<pid_t>(file.pid);
  if (kill(pid, 0) != 0 && errno != EPERM) return false;
  std::string name = read_text(str_cat("/proc/", file.pid, "/comm"), kCommBytesMax + 1);
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name == program.substr(0, kCommBytesMax);
}

}  // namespace penstock::app
