// A secret on disk: whole or absent, and readable by its owner alone.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::console {

// Replaces `path` by `content`, mode 0600, in one rename; synced, its folder too. The bytes are
// never in a file that others may open, nor under `path` in part.
Result<void> write_secret_file(const std::string& path, std::string_view content);

}  // namespace penstock::console
