#include "app/process/state_lock.h"

#include <chrono>

#include "base/text.h"
#include "files/folder.h"

namespace penstock::app {
namespace {

// Whoever looks whether the lock is held has it for a moment.
constexpr std::chrono::milliseconds kDeadline{1'000};

std::string lock_path(const std::string& state_dir, std::string_view program) {
  return str_cat(run_folder(state_dir, program), "/", program, ".lock");
}

}  // namespace

Result<files::FileLock> lock_state(const std::string& state_dir, std::string_view program) {
  PENSTOCK_TRY(files::make_folder(run_folder(state_dir, program), 0755));
  return files::FileLock::take(lock_path(state_dir, program), kDeadline);
}

std::optional<RunFile> find_running(const std::string& state_dir, std::string_view program) {
  auto file = read_run_file(state_dir, program);
  if (!file || !is_running(*file, program)) return std::nullopt;
  const auto is_held = files::FileLock::is_held(lock_path(state_dir, program));
  if (!is_held.value_or(true)) return std::nullopt;
  return file;
}

}  // namespace penstock::app
