#include "cli/setup/state.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
#include "files/folder.h"
#include "files/shared_reading.h"

namespace penstock::cli {
namespace {

constexpr mode_t kPermissions = 07777;

// What a part's files and folders are to be like. Mode 0 leaves the mode as it is.
struct Rule {
  std::function<Owner(std::string_view name, const struct stat& found)> owner;
  mode_t folder_mode = 0;
  mode_t file_mode = 0;
  std::optional<gid_t> lookers = {};  // A second group, which may read.
};

class Walk {
 public:
  Walk(const Rule& rule, StateChanges& changes) : rule_(rule), changes_(changes) {}

  // `fd` is a folder, `path` for messages.
  Result<void> folder(int fd, const std::string& path) {
    PENSTOCK_TRY(settle(fd, files::name_of(path), rule_.folder_mode));
    std::error_code error;
    // By the descriptor: the name may be another's by now.
    std::filesystem::directory_iterator entry(str_cat("/proc/self/fd/", fd), error);
    for (const std::filesystem::directory_iterator end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      PENSTOCK_TRY(child(fd, name, str_cat(path, "/", name)));
    }
    // The programs run meanwhile: what is gone needs nothing.
    if (error && error.value() != ENOENT) {
      return files::fail_by_errno(error.value(), "list a folder");
    }
    return {};
  }

  Result<void> child(int parent, const std::string& name, const std::string& path) {
    // O_NONBLOCK: a FIFO would hold us.
    const files::Descriptor fd(
        ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat found {};
    if (!fd.is_open() || ::fstat(fd.get(), &found) != 0) {
      if (errno == ENOENT) return {};  // Gone meanwhile.
      if (errno != ELOOP && errno != ENXIO) return files::fail_by_errno(errno, "open a file");
    } else if (S_ISDIR(found.st_mode)) {
      return folder(fd.get(), path);
    } else if (S_ISREG(found.st_mode) && found.st_nlink == 1) {
      return settle(fd.get(), name, rule_.file_mode);
    }
    // Its program could not replace one that is another's.
    if (::fstatat(parent, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISSOCK(found.st_mode)) {
      if (found.st_uid != rule_.owner(name, found).user) ::unlinkat(parent, name.c_str(), 0);
      return {};
    }
    changes_.skipped.push_back(path);
    return {};
  }

 private:
  Result<void> settle(int fd, std::string_view name, mode_t mode) {
    struct stat found {};
    if (::fstat(fd, &found) != 0) return files::fail_by_errno(errno, "look at a file");
    const Owner owner = rule_.owner(name, found);
    const mode_t before = found.st_mode & kPermissions;
    const bool is_owned = found.st_uid == owner.user && found.st_gid == owner.group;
    bool is_changed = !is_owned || (mode != 0 && before != mode);
    // The mode last: a change of owner takes bits of it away.
    if (is_changed && ((!is_owned && ::fchown(fd, owner.user, owner.group) != 0) ||
                       ::fchmod(fd, mode == 0 ? before : mode) != 0)) {
      return files::fail_by_errno(errno, "give a file to its owner");
    }
    if (rule_.lookers) {
      const auto given = files::let_group_read(fd, *rule_.lookers);
      if (!given) return fail(given.error());
      is_changed = is_changed || *given;
    }
    if (is_changed) ++changes_.changed;
    return {};
  }

  const Rule& rule_;
  StateChanges& changes_;
};

Rule rule_of(Owner owner, mode_t folder_mode, mode_t file_mode) {
  return {
      [owner](std::string_view, const struct stat&) { return owner; }, folder_mode, file_mode, {}};
}

// Intake and worker both make files there, and either's may stay; of an older layout the consumer's
// own are the worker's.
Rule spool_rule(const StateOwners& owners) {
  const auto whose = [owners](std::string_view name, const struct stat& found) {
    const bool is_consumers = name.starts_with("dead.db") || name.starts_with("cursor.db") ||
                              name.starts_with("consumer.");
    Owner owner = owners.spool;
    if (is_consumers || found.st_uid == owners.spool_other) owner.user = owners.spool_other;
    if (found.st_uid == owners.spool.user) owner.user = found.st_uid;
    return owner;
  };
  return {whose, 02770, 0660, owners.events.group};
}

Result<void> settle_part(const std::string& path, const Rule& rule, StateChanges& changes) {
  PENSTOCK_TRY(files::make_folders(path, 0700));
  const auto folder = files::open_folder(path);
  if (!folder) return fail(folder.error());
  return Walk(rule, changes).folder(folder->get(), path);
}

// Where a program has a run folder of its own, what the programs of before left in run/ itself
// goes.
Result<void> settle_run_files(const std::string& state_dir, const StateOwners& owners,
                              StateChanges& changes) {
  const auto folder = files::open_folder(state_dir + "/run");
  if (!folder) return folder.error().native == ENOENT ? Result<void>() : fail(folder.error());
  const std::pair<std::string_view, uid_t> programs[] = {
      {app::kIngestProgram, owners.spool.user},
      {app::kWorkerProgram, owners.spool_other},
      {app::kConsoleProgram, owners.console.user}};
  for (const auto& [program, user] : programs) {
    const std::string own = app::run_folder(state_dir, program);
    if (own == state_dir + "/run") continue;
    const Rule rule = rule_of({user, owners.events.group}, 02750, 0);
    PENSTOCK_TRY(settle_part(own, rule, changes));
    for (const char* suffix : {".json", ".lock", ".sock"}) {
      ::unlinkat(folder->get(), str_cat(program, suffix).c_str(), 0);
    }
  }
  return {};
}

// Once the users lay in the state directory itself, where the console may not write any more. The
// database last: as long as it is there, the rest is moved again.
Result<void> move_older_accounts(const app::Config& config) {
  const auto from = files::open_folder(config.state_dir);
  if (!from) return fail(from.error());
  const auto to = files::open_folder(config.console_folder());
  if (!to) return fail(to.error());
  struct stat found {};
  const auto is_file = [&found](int folder, const char* name) {
    return ::fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(found.st_mode);
  };
  if (!is_file(from->get(), "console.db") || is_file(to->get(), "console.db")) return {};
  for (const char* name : {"console.db-wal", "initial-password", "console.db"}) {
    if (!is_file(from->get(), name)) continue;
    if (::renameat(from->get(), name, to->get(), name) != 0 && errno != ENOENT) {
      return files::fail_by_errno(errno, "move the users to the console's folder");
    }
  }
  ::unlinkat(from->get(), "console.db-shm", 0);
  PENSTOCK_TRY(files::sync_folder(config.console_folder()));
  return files::sync_folder(config.state_dir);
}

Result<void> settle_keys(const app::Config& config, const StateOwners& owners,
                         StateChanges& changes) {
  const std::string path = config.keys_path();
  const auto folder = files::open_folder(files::folder_of(path));
  if (!folder) return folder.error().native == ENOENT ? Result<void>() : fail(folder.error());
  // The lock is held by who writes the keys, and that is root alone.
  const Rule lock_rule = rule_of({}, 0, 0640);
  const std::string lock = path + ".lock";
  PENSTOCK_TRY(Walk(lock_rule, changes).child(folder->get(), files::name_of(lock), lock));
  const Rule rule = rule_of(owners.keys, 0, 0640);
  return Walk(rule, changes).child(folder->get(), files::name_of(path), path);
}

}  // namespace

std::optional<StateOwners> StateOwners::find(std::string& lack) {
  const auto user = [&lack](const char* name) -> uid_t {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a verb has one thread.
    if (const passwd* entry = ::getpwnam(name)) return entry->pw_uid;
    lack = str_cat("there is no user ", name);
    return 0;
  };
  const auto group = [&lack](const char* name) -> gid_t {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): as above.
    if (const struct group* entry = ::getgrnam(name)) return entry->gr_gid;
    lack = str_cat("there is no group ", name);
    return 0;
  };
  StateOwners owners;
  const gid_t lookers = group("penstock");
  owners.spool = {user("penstock-ingest"), group("penstock-queue")};
  owners.spool_other = user("penstock-worker");
  owners.events = {owners.spool_other, lookers};
  owners.console = {user("penstock-console"), group("penstock-console")};
  owners.keys = {owners.spool.user, lookers};
  owners.console_keys = {owners.console.user, group("penstock-ingest")};
  if (!lack.empty()) return std::nullopt;
  return owners;
}

Result<StateChanges> settle_state(const app::Config& config, const StateOwners& owners) {
  StateChanges changes;
  PENSTOCK_TRY(settle_part(config.spool_path(), spool_rule(owners), changes));
  PENSTOCK_TRY(settle_part(config.store_path(), rule_of(owners.events, 02750, 0640), changes));
  PENSTOCK_TRY(files::make_folders(config.console_folder(), 0700));
  PENSTOCK_TRY(move_older_accounts(config));
  PENSTOCK_TRY(settle_part(config.console_folder(), rule_of(owners.console, 0700, 0), changes));
  PENSTOCK_TRY(settle_keys(config, owners, changes));
  const Rule console_keys = rule_of(owners.console_keys, 02750, 0640);
  PENSTOCK_TRY(settle_part(config.console_keys_folder(), console_keys, changes));
  PENSTOCK_TRY(settle_run_files(config.state_dir, owners, changes));
  return changes;
}

}  // namespace penstock::cli
