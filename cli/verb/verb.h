// The verbs that are a file each.
#pragma once

#include "cli/shared/command.h"

namespace penstock::cli {

void add_tail(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_queue(CLI::App& app, Context& context);
void add_store(CLI::App& app, Context& context);
void add_protocols(CLI::App& app, Context& context);

}  // namespace penstock::cli
