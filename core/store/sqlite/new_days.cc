#include "store/sqlite/new_days.h"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/descriptor.h"
#include "files/failure.h"
#include "files/folder.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr const char* kMaking = "make a day file";

Result<std::string> bytes_of_new_day() {
  const std::string path = ":memory:";
  auto database = sqlite::Database::open(path, {.can_shrink = true});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(migrate(*database, path, false));
  return database->to_bytes();
}

bool write_whole(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> write_draft(const std::string& path, mode_t mode, std::string_view bytes) {
  ::unlink(path.c_str());
  const files::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file.is_open() || !write_whole(file.get(), bytes)) {
    return files::fail_by_errno(errno, kMaking);
  }
  return {};
}

}  // namespace

Result<void> NewDays::make(std::span<const std::int64_t> days_ms) {
  std::vector<std::int64_t> missing;
  for (const std::int64_t day_ms : days_ms) {
    if (!mark_of(day_path(folder_, day_ms))) missing.push_back(day_ms);
  }
  if (missing.empty()) return {};
  auto made = write(missing);
  if (made) made = give_names(missing);
  if (made) return files::sync_folder(folder_);
  for (const std::int64_t day_ms : missing) {
    ::unlink(draft_path(day_path(folder_, day_ms)).c_str());
  }
  return made;
}

Result<void> NewDays::write(const std::vector<std::int64_t>& days_ms) {
  if (bytes_.empty()) {
    auto bytes = bytes_of_new_day();
    if (!bytes) return fail(bytes.error());
    bytes_ = *std::move(bytes);
  }
  const auto folder = files::open_folder(folder_);
  if (!folder) return fail(folder.error());
  const mode_t mode = files::mode_in(folder_, kFileMode);
  for (const std::int64_t day_ms : days_ms) {
    PENSTOCK_TRY(write_draft(draft_path(day_path(folder_, day_ms)), mode, bytes_));
  }
  return files::sync_file_system(*folder);
}

Result<void> NewDays::give_names(const std::vector<std::int64_t>& days_ms) const {
  for (const std::int64_t day_ms : days_ms) {
    const std::string path = day_path(folder_, day_ms);
    remove_stale_journal(path);
    if (std::rename(draft_path(path).c_str(), path.c_str()) != 0) {
      return files::fail_by_errno(errno, kMaking);
    }
  }
  return {};
}

}  // namespace penstock::store
