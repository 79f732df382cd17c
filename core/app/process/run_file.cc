#include "app/process/run_file.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::app {
namespace {

// Our own files are a few hundred bytes; what is larger is not ours.
constexpr std::size_t kRunFileBytesMax = 16'384;
// The kernel cuts a process's name to this.
constexpr std::size_t kCommBytesMax = 15;

std::string path_of(const std::string& state_dir, std::string_view program) {
  return str_cat(run_folder(state_dir, program), "/", program, ".json");
}

std::string json_of(const RunFile& file) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().member("version", file.version).key("listen").begin_array();
  for (const std::string& address : file.listen) writer.value(address);
  writer.end_array().key("tls_listen").begin_array();
  for (const std::string& address : file.tls_listen) writer.value(address);
  writer.end_array().member("admin", file.admin).member("pid", file.pid).end_object();
  return out + '\n';
}

Result<void> read_addresses(json::Value& list, std::vector<std::string>& out) {
  return list.elements([&](json::Value& address) -> Result<void> {
    const auto text = address.string();
    if (!text) return fail(text.error());
    out.emplace_back(*text);
    return {};
  });
}

Result<void> read_number(json::Value& value, std::int64_t& into) {
  const auto number = value.integer();
  if (!number) return fail(number.error());
  into = *number;
  return {};
}

Result<void> read_lasting_member(std::string_view key, json::Value& value, RunFile& file) {
  if (key == "version") return read_number(value, file.version);
  if (key == "pid") return read_number(value, file.pid);
  return {};
}

Result<void> read_member(std::string_view key, json::Value& value, RunFile& file) {
  if (key == "listen") return read_addresses(value, file.listen);
  if (key == "tls_listen") return read_addresses(value, file.tls_listen);
  if (key != "admin") return {};
  const auto text = value.string();
  if (!text) return fail(text.error());
  file.admin = *text;
  return {};
}

using ReadMember = Result<void>(std::string_view key, json::Value& value, RunFile& file);

bool read_members(std::string_view text, RunFile& file, ReadMember* read_one) {
  return json::Reader()
      .read(text,
            [&](json::Value& root) {
              return root.members([&](std::string_view key, json::Value& value) {
                return read_one(key, value, file);
              });
            })
      .has_value();
}

// Nullopt for what is not JSON and for what names no process.
std::optional<RunFile> parse(std::string text) {
  RunFile file;
  file.pid = -1;
  const std::size_t bytes = text.size();
  text.append(kReadablePadding, '\0');
  const auto json = std::string_view(text).substr(0, bytes);
  if (!read_members(json, file, read_lasting_member) || file.pid < 0) return std::nullopt;
  if (!file.is_newer() && !read_members(json, file, read_member)) return std::nullopt;
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

std::string run_folder(const std::string& state_dir, std::string_view program) {
  const std::string shared = state_dir + "/run";
  std::string own = str_cat(shared, "/", program);
  struct stat found {};
  return ::stat(own.c_str(), &found) == 0 && S_ISDIR(found.st_mode) ? own : shared;
}

std::string control_address(const Config& config) {
  if (!config.worker.control_listen.empty()) return config.worker.control_listen;
  return str_cat("unix:", run_folder(config.state_dir, kWorkerProgram), "/", kWorkerProgram,
                 ".sock");
}

void announce(const Config& config, std::string_view program, std::vector<std::string> listen,
              std::string admin, std::vector<std::string> tls_listen) {
  RunFile file;
  file.listen = std::move(listen);
  file.admin = std::move(admin);
  file.pid = getpid();
  file.tls_listen = std::move(tls_listen);
  if (const auto written = write_run_file(config.state_dir, program, file); !written) {
    log_warn("app.run_file", "run file not written: `penstock status` will not find this process",
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
  PENSTOCK_TRY(files::make_folder(run_folder(state_dir, program), 0755));
  return files::write_whole_file(path_of(state_dir, program), json_of(file), {.mode = 0644});
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
