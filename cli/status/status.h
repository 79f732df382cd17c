// The verb `penstock status`.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_status(CLI::App& app, Context& context);

}  // namespace penstock::cli
