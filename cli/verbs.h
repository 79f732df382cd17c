// The table of the `penstock` program's verbs.
#pragma once

#include <span>

#include "cli/shared/command.h"

namespace penstock::cli {

// In the order in which --help shows them.
std::span<const AddVerb> verbs();

}  // namespace penstock::cli
