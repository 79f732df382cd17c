// `penstock store backup`: the appliance as a folder that can be carried away.
#pragma once

#include <string>

#include "app/config/config.h"

namespace penstock::cli {

struct BackupArguments {
  std::string target;       // A new folder, or an empty one.
  std::string config_file;  // Is copied with its conf.d where it is there.
};

// Returns the exit code: 0 for a whole backup, 1 for none, or for one from which something damaged
// was left out. Programs may run meanwhile.
int back_up(const BackupArguments& arguments, const app::Config& config);

}  // namespace penstock::cli
