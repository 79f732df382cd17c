#include "store/sqlite/copy.h"

#include <cerrno>
#include <cstdint>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
#include "files/folder.h"
#include "sqlite/sqlite.h"
#include "sqlite/versions.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/steady_reader.h"

namespace penstock::store {
namespace {

constexpr mode_t kFolderMode = 0750;
constexpr const char* kDayRemedy =
    "repair the file, restore it from an earlier backup, or move it out of the folder";
constexpr const char* kRecentRemedy =
    "stop the worker and move the file away; the worker makes it anew";

bool is_own_file(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Result<void> sync_file(const std::string& path) {
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) {
    return files::fail_by_errno(errno, "sync a copied file");
  }
  return {};
}

// What is wrong with the copy, which nobody else reads: the original may be in use.
Result<std::string> fault_of_copy(const std::string& path, bool is_day) {
  auto copy = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly});
  if (!copy) return fail(copy.error());
  if (is_day) {
    const auto version = sqlite::version_of(*copy);
    if (!version) return fail(version.error());
    if (is_newer_version(*version)) {
      return str_cat("it is of schema version ", *version, ", and this program knows ",
                     kSchemaVersion, " at most");
    }
  }
  return integrity_fault(*copy, true);
}

class Copier {
 public:
  Copier(const std::string& from, const std::string& to) : from_(from), to_(to) {}

  Result<void> add(const std::string& name, const char* remedy, bool is_day) {
    const std::string path = str_cat(from_, '/', name);
    const std::string copy_path = str_cat(to_, '/', name);
    const auto leave_out = [&](std::string what) {
      unlink(copy_path.c_str());
      copy_.left_out.push_back({path, std::move(what), remedy});
    };
    if (!mark_of(path)) return {};
    if (!is_own_file(path)) {
      leave_out("it is no plain file");
      return {};
    }
    auto copied = read_steadily(path, [&](sqlite::Database& database) {
      remove_day(copy_path);
      return database.copy_to(copy_path);
    });
    if (!copied) return judge(copied.error(), path, leave_out);
    const auto fault = fault_of_copy(copy_path, is_day);
    if (!fault) return judge(fault.error(), path, leave_out);
    if (!fault->empty()) {
      leave_out(*fault);
      return {};
    }
    PENSTOCK_TRY(sync_file(copy_path));
    copy_.files.push_back({name, day_bytes(copy_path)});
    return {};
  }

  StoreCopy take() { return std::move(copy_); }

 private:
  // A file's own faults leave it out; every other error ends the copy. One that is gone was removed
  // by the retention.
  template <class LeaveOut>
  Result<void> judge(const Error& error, const std::string& path, LeaveOut leave_out) {
    const bool is_of_file = is_lasting(error) || error.code == ErrorCode::kOverloaded;
    if (!is_of_file) return fail(error);
    if (mark_of(path)) leave_out(sqlite_text(error));
    return {};
  }

  const std::string& from_;
  const std::string& to_;
  StoreCopy copy_;
};

}  // namespace

Result<StoreCopy> copy_sqlite_store(const std::string& from, const std::string& to) {
  PENSTOCK_TRY(files::make_folder(to, kFolderMode));
  Copier copier(from, to);
  // Before the days: it may know less than they, never more, or an event that comes again would be
  // taken for one that is stored.
  PENSTOCK_TRY(copier.add(files::name_of(RecentIds::path_in(from)), kRecentRemedy, false));
  for (const std::int64_t day_ms : list_days(from)) {
    PENSTOCK_TRY(copier.add(files::name_of(day_path(from, day_ms)), kDayRemedy, true));
  }
  PENSTOCK_TRY(files::sync_folder(to));
  return copier.take();
}

}  // namespace penstock::store
