// The folder that only the console reads: console.db and, until it is changed, initial-password.
#pragma once

#include <string>

#include "base/error.h"

namespace penstock::console {

// Makes `folder` (mode 0700) where it is missing, and moves into it what an older version left in
// `state_dir`: its users, whole, and the first password. May be cut off anywhere and done again.
// kOverloaded while another process uses the old console.db; then nothing was moved.
Result<void> prepare_accounts_folder(const std::string& state_dir, const std::string& folder);

// Whether an older version's console.db stands in `state_dir` and is still to be moved.
bool has_older_accounts(const std::string& state_dir, const std::string& folder);

}  // namespace penstock::console
