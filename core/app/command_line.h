// What every program's command line has in common: which configuration it names, and what is said
// when that configuration is not good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "base/log.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own.
class App;
}

namespace penstock::app {

inline constexpr std::string_view kDefaultConfigFile = "/etc/penstock/penstock.toml";

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
// Files of a newer version, or older ones without room for the copy that is kept before they are
// changed: starting again is of no use, and units do not (RestartPreventExitStatus).
inline constexpr int kExitNewerFiles = 3;

struct CommonOptions {
  std::string config_file;        // "": the default file, which may be absent.
  std::vector<std::string> sets;  // "section.key=value".
  bool is_check = false;
  bool takes_over = false;  // The intake's --takeover.
};

// Adds --config, --set, --check and --version, and for the intake --takeover. Borrows `options`
// until after the parse.
void add_common_options(CLI::App& app, std::string_view program, CommonOptions& options);

// Parses and answers --help and --version. Nullopt: go on; else the exit code.
std::optional<int> parse_arguments(CLI::App& app, int argc, const char* const* argv);

// With this process's environment.
ConfigSources sources_of(const CommonOptions& options);

// Loads; prints every fault as "file:line: what" to standard error. Nullopt: there were faults,
// exit with kExitUsage. With a `program` those of the files that it uses are among them.
std::optional<Config> load_or_explain(const ConfigSources& sources, std::string_view program = "");

// `code`, or kExitFailed with a sentence where what was written to standard output is lost, as on a
// full disk. The last thing that a program does with it.
int with_output_written(std::string_view program, int code);

// --check: as above, with what keeps the programs from running on one machine, then what may be a
// mistake as a warning, and "configuration is valid" on standard output. Exit code.
int check_config(std::string_view program, const ConfigSources& sources);

// Starts the log as [log] asks.
void start_log(std::string_view program, const Config& config);
// log.level as the log takes it; it was checked when it was loaded.
LogLevel level_of(const Config& config);

// What works but is hardly meant, such as keys that are required and a keys file that is absent.
std::vector<std::string> warnings_of(const Config& config);

}  // namespace penstock::app
