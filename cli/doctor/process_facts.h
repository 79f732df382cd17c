// What /proc tells everybody of a process.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/doctor/access.h"

namespace penstock::cli {

// As whom it works, with the groups that it really has. Nullopt: there is no such process.
std::optional<User> user_of_process(std::int64_t pid);

// Its limit of open files; nullopt where that may not be read or is none.
std::optional<std::uint64_t> open_files_max(std::int64_t pid);

}  // namespace penstock::cli
