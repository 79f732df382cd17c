// What the three daemons' mains share: their options, --check, logging, and settings for the
// layers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"
#include "files/file_lock.h"
#include "intake/intake_settings.h"
#include "queue/consumer.h"
#include "queue/producer.h"

namespace penstock::app {

struct Invocation {
  ConfigSources sources;
  Config config;
  bool takes_over = false;  // The intake's --takeover.
  // Of the state directory, for the program's life. None where it takes over, or where the
  // directory cannot be locked, which is logged.
  std::optional<files::FileLock> state_lock;
};

// Reads argv (--config, --set, --check, --version, --help), loads the configuration and starts the
// log. Nullopt: the program is to exit with `exit_code` (help, version, a check, or a fault, which
// is printed with file and line).
std::optional<Invocation> begin_program(int argc, char** argv, std::string_view program,
                                        std::string_view description, int& exit_code);

// For a program that has taken over and was given no lock. False: another process has it, logged.
bool take_state_lock(const Config& config, std::string_view program,
                     std::optional<files::FileLock>& lock);

// Configuration to the layers' own options. Errors here were found by load_config already.
// How many reactors the intake has: ingest.threads, or one a core.
std::uint32_t reactor_count(const IngestConfig& config);
queue::ProducerOptions producer_options(const Config& config, std::uint32_t reactor);
queue::ConsumerOptions consumer_options(const Config& config);
intake::IntakeOptions intake_options(const Config& config, std::uint32_t reactor);
// Reads the keys file and the web hooks' secrets. `reactors` share the process's limits.
Result<intake::IntakeSettings> intake_settings(const Config& config, std::uint32_t reactors);
// Limits of the admin and console servers.
server::ServerLimits plain_server_limits();

}  // namespace penstock::app
