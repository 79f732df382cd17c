// One check, on a state directory that a test has made.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/doctor/checks.h"
#include "support/temp_dir.h"

namespace penstock::cli {

using testing::TempDir;

inline std::vector<Finding> look(void (*check)(const Examined&, Findings&),
                                 const app::Config& config,
                                 const app::ConfigSources& sources = {}) {
  const SystemClock clock;
  Findings findings;
  check({config, clock, sources}, findings);
  return findings.list();
}

// With ports that nobody has.
inline app::Config config_in(const TempDir& dir) {
  app::Config config;
  config.state_dir = dir.path();
  config.ingest.listen = {"127.0.0.1:0"};
  config.ingest.admin_listen = config.worker.admin_listen = "127.0.0.1:0";
  config.console.listen = config.console.admin_listen = "127.0.0.1:0";
  return config;
}

}  // namespace penstock::cli
