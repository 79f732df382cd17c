// Work that a person or a service manager may end, and that leaves its tidying to somebody who is
// still there.
#pragma once

#include <functional>
#include <optional>

namespace penstock::cli {

// Runs `work` in a child process and returns its exit code; nullopt where SIGINT, SIGTERM or SIGHUP
// has come, or anything else has killed it. It has ended then. Requires that this process has one
// thread; a child whose parent is killed is killed too.
std::optional<int> run_interruptible(const std::function<int()>& work);

}  // namespace penstock::cli
