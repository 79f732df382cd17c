// SIGHUP: the same sources read again, what of them a running program can take, and what waits for
// its next start. The log names both, each time, so that nobody believes a setting to be in effect
// that is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"

namespace penstock::app {

struct Reload {
  Config config;                     // What is in effect from now on.
  std::vector<std::string> taken;    // Names of settings that have changed and are in `config`.
  std::vector<std::string> waiting;  // Of those that have, and are not.
};

// `running` is what is in effect in `program`. Faults are logged; nullopt: the old settings stay.
std::optional<Reload> read_again(const ConfigSources& sources, const Config& running,
                                 std::string_view program);

// Logs what was taken and what waits, and sets the log's level. Once all else is in effect.
void finish_reload(const Reload& reload);

}  // namespace penstock::app
