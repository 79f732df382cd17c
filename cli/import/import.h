// `penstock import`: history from other products' exports and from access logs.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_import(CLI::App& app, Context& context);

}  // namespace penstock::cli
