// Whether systemd runs and watches the programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/finding.h"

namespace penstock::cli {

struct UnitFacts {
  std::string name;
  std::string load;     // LoadState: "loaded", "not-found", "masked".
  std::string active;   // ActiveState: "active", "failed", "activating".
  std::string enabled;  // UnitFileState: "enabled", "disabled".
  std::string watchdog_us;
  std::string restarts;
};

// From the output of `systemctl show UNIT…`: blocks of NAME=VALUE, an empty line between them.
std::vector<UnitFacts> read_units(std::string_view shown);

void judge_unit(const UnitFacts& facts, Findings& findings);

}  // namespace penstock::cli
