// Where a running program can be found: PROGRAM.json in its run folder, with the addresses that it
// really listens at and its process id. Port 0 in the configuration means that nobody else knows.
//
// For discovery only, by `penstock up`, `status` and `send`; no program depends on it to work, so
// a file that cannot be written is a warning in the log and nothing more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"

namespace penstock::app {

inline constexpr std::string_view kIngestProgram = "penstock-ingest";
inline constexpr std::string_view kWorkerProgram = "penstock-worker";
inline constexpr std::string_view kConsoleProgram = "penstock-console";

// STATE_DIR/run/PROGRAM where there is such a folder, as where each program has a user of its own
// and may write nowhere else; else STATE_DIR/run, for all of them.
std::string run_folder(const std::string& state_dir, std::string_view program);

// "unix:/path" at which the worker takes the console's requests: worker.control_listen or, where
// that is empty, a socket in the worker's run folder.
std::string control_address(const Config& config);

// Changes when a member that is there gets another meaning; a new member needs none. In every
// version `version` and `pid` mean what they mean here: of a newer file they alone are read.
inline constexpr std::int64_t kRunFileVersion = 1;

struct RunFile {
  std::vector<std::string> listen;  // "127.0.0.1:8080", "unix:/path"; empty for the worker.
  std::string admin;                // "" when it is turned off.
  std::int64_t pid = 0;
  std::vector<std::string> tls_listen;  // As listen, of those that speak TLS.
  std::int64_t version = kRunFileVersion;

  bool is_newer() const { return version > kRunFileVersion; }
};

// For a program's main: writes the file once everything listens, with this process's id.
void announce(const Config& config, std::string_view program, std::vector<std::string> listen,
              std::string admin, std::vector<std::string> tls_listen = {});
// At exit. Leaves a file alone that another process has written since.
void withdraw(const Config& config, std::string_view program);

// `address` with `port` in place of a port 0; any other address as it is.
std::string with_port(const std::string& address, std::uint16_t port);
// The same for the first TCP address of a list, which is the one that HttpServer::port() tells.
std::vector<std::string> with_port(std::vector<std::string> addresses, std::uint16_t port);

// Replaced in one rename, so that a reader sees a whole file. kConfiguration with errno.
Result<void> write_run_file(const std::string& state_dir, std::string_view program,
                            const RunFile& file);
// Nullopt: there is none, or it is not readable. It may be left over: see is_running().
std::optional<RunFile> read_run_file(const std::string& state_dir, std::string_view program);
void remove_run_file(const std::string& state_dir, std::string_view program);

// Whether the process is there and is that program: a process id may be someone else's by now.
bool is_running(const RunFile& file, std::string_view program);

}  // namespace penstock::app
