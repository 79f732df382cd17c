// Whether the intake may open as many files as it may have connections.
#pragma once

#include <cstdint>

#include "cli/doctor/finding.h"

namespace penstock::cli {

void judge_open_files(std::uint64_t files_max, std::uint64_t connections_max,
                      const std::string& where, Findings& findings);

}  // namespace penstock::cli
