#include "app/program.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "app/process/run_file.h"
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

std::optional<Invocation> begin_program(int argc, char** argv, std::string_view program,
                                        std::string_view description, int& exit_code) {
  CLI::App app{std::string(description), std::string(program)};
  CommonOptions options;
  add_common_options(app, program, options);
  if (const auto code = parse_arguments(app, argc, argv)) {
    exit_code = *code;
    return std::nullopt;
  }

  Invocation invocation{sources_of(options), {}, options.takes_over};
  if (options.is_check) {
    exit_code = check_config(program, invocation.sources);
    return std::nullopt;
  }
  auto config = load_or_explain(invocation.sources);
  if (!config) {
    exit_code = kExitUsage;
    return std::nullopt;
  }
  if (!has_state_folder(config->state_dir)) {
    exit_code = kExitFailed;
    return std::nullopt;
  }
  start_log(program, *config);
  // All are about the intake or seen there first; one program tells them, not three.
  if (program == kIngestProgram) {
    for (const std::string& warning : warnings_of(*config)) log_warn("config", warning);
  }
  crypto::start_crypto();
  invocation.config = std::move(*config);
  return invocation;
}

}  // namespace penstock::app
