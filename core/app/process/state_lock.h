// One process of a program on one state directory: PROGRAM.lock in its run folder, held for as long
// as it lives and handed on in a takeover. Without it two would mix what they write, and the one
// that ends first would take the other's run file away. It also tells a running program from what a
// copied state directory says: a copy's lock is nobody's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/process/run_file.h"
#include "base/error.h"
#include "files/file_lock.h"

namespace penstock::app {

// kOverloaded: another process has it. Any other error: the lock cannot be had at all, as where the
// directory may only be read.
Result<files::FileLock> lock_state(const std::string& state_dir, std::string_view program);

// The run file of a process that is alive, is that program and has the lock. Where there is no lock
// that we may look at, as beside a process of a version that took none, the rest has to do.
std::optional<RunFile> find_running(const std::string& state_dir, std::string_view program);

}  // namespace penstock::app
