#include "app/command_line.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "app/config/version.h"
#include "app/hook_secrets.h"
#include "app/process/run_file.h"
#include "app/tls/tls_files.h"
#include "app/traffic_options.h"
#include "base/text.h"
#include "intake/keys.h"

namespace penstock::app {
namespace {

void print_error(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

void explain(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) print_error(str_cat(fault.where, ": ", fault.what));
}

bool is_present(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

void add_common_options(CLI::App& app, std::string_view program, CommonOptions& options) {
  app.add_option("--config", options.config_file,
                 str_cat("Configuration file (default: ", kDefaultConfigFile, ")"))
      ->type_name("FILE");
  // One value each: "--set a=b up" must not take the verb for another value.
  app.add_option("--set", options.sets, "Set one setting, over all other sources; repeatable")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--check", options.is_check,
               "Check the configuration, print each fault with its file and line, and exit");
  if (program == kIngestProgram) {
    app.add_flag("--takeover", options.takes_over,
                 "Take the listening sockets of the intake that runs on the same state directory, "
                 "which then drains and ends");
  }
  app.set_version_flag("--version", str_cat(program, " ", kVersion), "Print the version and exit");
  app.get_help_ptr()->description("Print this help and exit");
}

int with_output_written(std::string_view program, int code) {
  // The stream remembers an earlier failure, but not its errno.
  const bool was_lost = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !was_lost) return code;
  print_error(str_cat(program, ": the output cannot be written",
                      was_lost ? "" : str_cat(": ", std::strerror(errno))));
  return kExitFailed;
}

std::optional<int> parse_arguments(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    const bool is_answer = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    app.exit(error, std::cout, std::cerr);
    std::cout.flush();
    return with_output_written(app.get_name(), is_answer ? kExitDone : kExitUsage);
  }
}

ConfigSources sources_of(const CommonOptions& options) {
  ConfigSources sources;
  sources.is_file_required = !options.config_file.empty();
  sources.file = sources.is_file_required ? options.config_file : std::string(kDefaultConfigFile);
  sources.sets = options.sets;
  sources.environment = environ;
  return sources;
}

std::optional<Config> load_or_explain(const ConfigSources& sources, std::string_view program) {
  LoadedConfig loaded = load_config(sources);
  if (loaded.faults.empty() && !program.empty()) {
    check_tls_files(program, loaded);
    check_hook_secrets(program, loaded);
    check_traffic_files(program, loaded);
  }
  explain(loaded.faults);
  if (!loaded.faults.empty()) return std::nullopt;
  return std::move(loaded.config);
}

int check_config(std::string_view program, const ConfigSources& sources) {
  LoadedConfig loaded = load_config(sources);
  std::vector<std::string> warnings;
  const bool is_daemon =
      program == kIngestProgram || program == kWorkerProgram || program == kConsoleProgram;
  check_tls_files(is_daemon ? program : "", loaded, &warnings);
  check_queue_files(loaded, warnings);
  check_hook_secrets(is_daemon ? program : "", loaded);
  check_traffic_files(is_daemon ? program : "", loaded);
  for (const auto* faults : {&loaded.faults, &loaded.faults_on_one_machine}) explain(*faults);
  if (!loaded.faults.empty() || !loaded.faults_on_one_machine.empty()) return kExitUsage;
  for (std::string& other : warnings_of(loaded.config)) warnings.push_back(std::move(other));
  for (const std::string& warning : warnings) {
    print_error(str_cat("warning: ", warning));
  }
  std::printf("configuration is valid\n");
  return with_output_written(program, kExitDone);
}

LogLevel level_of(const Config& config) {
  if (config.log_level == "debug") return LogLevel::kDebug;
  if (config.log_level == "warn") return LogLevel::kWarn;
  if (config.log_level == "error") return LogLevel::kError;
  return LogLevel::kInfo;
}

void start_log(std::string_view program, const Config& config) {
  penstock::start_log(program, level_of(config),
                      config.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
}

std::vector<std::string> warnings_of(const Config& config) {
  std::vector<std::string> warnings;
  const std::string keys = config.keys_path();
  const bool is_named = !config.ingest.keys_file.empty();
  const std::string consoles = config.console_keys_path();
  if (config.ingest.require_key && !is_present(keys) && !is_present(consoles)) {
    warnings.push_back(str_cat("the keys file ", keys,
                               " is absent and ingest.require_key is true: every event will be "
                               "refused; make a key with `penstock key create`"));
  } else if (is_named && !is_present(keys)) {
    warnings.push_back(str_cat("the keys file ", keys, " (ingest.keys_file) is absent"));
  } else if (const auto read = intake::read_keys(keys); !read) {
    warnings.push_back(str_cat("the keys file ", keys, " cannot be used: ", to_text(read.error()),
                               "; the intake will not start"));
  }
  if (const auto read = intake::read_keys(consoles); !read && is_present(consoles)) {
    warnings.push_back(str_cat("the keys file ", consoles, " cannot be used: ",
                               to_text(read.error()), "; the intake will start without its keys"));
  }
  if (!config.store.geoip_database.empty() && !is_present(config.store.geoip_database)) {
    warnings.push_back(str_cat("store.geoip_database ", config.store.geoip_database,
                               " is absent: events will have no country"));
  }
  if (config.ingest.ack == "none") {
    warnings.push_back(
        "ingest.ack is \"none\": events are answered before they are durable and may be lost");
  }
  return warnings;
}

}  // namespace penstock::app
