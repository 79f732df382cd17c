// The verb `penstock send`.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_send(CLI::App& app, Context& context);

}  // namespace penstock::cli
