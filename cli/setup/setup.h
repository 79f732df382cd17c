// The verb `penstock setup`.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_setup(CLI::App& app, Context& context);

}  // namespace penstock::cli
