// The verb `penstock up`.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_up(CLI::App& app, Context& context);

}  // namespace penstock::cli
