#include "app/program.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "app/process/run_file.h"
#include "app/process/state_lock.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "files/folder.h"

namespace penstock::app {
namespace {

// The unit makes the folder under systemd; by hand nobody does. Only the last part: a missing
// parent is a misspelling more often than a wish.
bool has_state_folder(const std::string& path) {
  const auto made = files::make_folder(path, 0750);
  if (made) return true;
  std::fprintf(stderr, "state.dir %s cannot be made: %s\n", path.c_str(),
               to_text(made.error()).c_str());
  return false;
}

}  // namespace

bool take_state_lock(const Config& config, std::string_view program,
                     std::optional<files::FileLock>& lock) {
  auto taken = lock_state(config.state_dir, program);
  if (taken) {
    lock.emplace(*std::move(taken));
    return true;
  }
  const LogField state("state_dir", config.state_dir);
  if (taken.error().code != ErrorCode::kOverloaded) {
    log_warn("app.unlocked",
             "the state directory cannot be locked: nothing keeps a second process off it",
             {state, {"error", to_text(taken.error())}});
    return true;
  }
  // Workers with a store each may share a state directory; two at one store are told by its lock.
  if (program == kWorkerProgram) return true;
  const auto file = read_run_file(config.state_dir, program);
  log_error("app.runs_already", "cannot start: this program runs on the state directory already",
            {state,
             {"process", file ? str_cat(file->pid) : "unknown"},
             {"advice", program == kIngestProgram ? "stop it first, or start with --takeover"
                                                  : "stop it first, or name another state.dir"}});
  return false;
}

std::optional<Invocation> begin_program(int argc, char** argv, std::string_view program,
                                        std::string_view description, int& exit_code) {
  CLI::App app{std::string(description), std::string(program)};
  CommonOptions options;
  add_common_options(app, program, options);
  if (const auto code = parse_arguments(app, argc, argv)) {
    exit_code = *code;
    return std::nullopt;
  }

  Invocation invocation{sources_of(options), {}, options.takes_over, {}};
  if (options.is_check) {
    exit_code = check_config(program, invocation.sources);
    return std::nullopt;
  }
  auto config = load_or_explain(invocation.sources, program);
  if (!config) {
    exit_code = kExitUsage;
    return std::nullopt;
  }
  if (!has_state_folder(config->state_dir)) {
    exit_code = kExitFailed;
    return std::nullopt;
  }
  start_log(program, *config);
  if (!options.takes_over && !take_state_lock(*config, program, invocation.state_lock)) {
    exit_code = kExitFailed;
    return std::nullopt;
  }
  // All are about the intake or seen there first; one program tells them, not three.
  if (program == kIngestProgram) {
    for (const std::string& warning : warnings_of(*config))
      log_warn("config.hardly_meant", warning);
  }
  crypto::start_crypto();
  invocation.config = std::move(*config);
  return invocation;
}

}  // namespace penstock::app
