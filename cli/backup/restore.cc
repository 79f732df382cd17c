#include "cli/backup/restore.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/process/state_lock.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/backup/manifest.h"
#include "cli/backup/pieces.h"
#include "cli/shared/command.h"
#include "files/failure.h"
#include "files/file_lock.h"
#include "files/folder.h"
#include "files/identity.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

constexpr mode_t kStateMode = 0750;
constexpr mode_t kConsoleMode = 0700;
constexpr mode_t kKeysMode = 0640;
constexpr std::string_view kDraftSuffix = ".restoring";
constexpr std::string_view kPrograms[] = {app::kIngestProgram, app::kWorkerProgram,
                                          app::kConsoleProgram};

class Restore {
 public:
  Restore(const RestoreArguments& arguments, const app::Config& config)
      : arguments_(arguments),
        config_(config),
        from_(plain_path(arguments.from)),
        // In the order of being swapped in: whoever finds events finds the rest as well.
        places_{config.keys_path(), config.console_keys_folder(), config.console_folder(),
                config.store_path()} {}

  int run();

 private:
  int check_backup();
  int make_state();
  int check_stopped();
  int check_vacant();
  int work();
  Result<void> stage();
  Result<void> begin_draft(const std::string& place, mode_t mode);
  Result<files::OwnerIdentity> identity_of(const std::string& draft) const {
    return files::OwnerIdentity::take(draft, str_cat(from_, '/', kManifestName));
  }
  Result<void> stage_keys();
  Result<void> stage_console_keys();
  Result<void> stage_console();
  Result<void> stage_store();
  void remove_drafts();
  Result<void> swap_in();
  void leave_out(const std::string& path, const std::string& what);
  bool has(const std::string& name) const { return !is_absent(str_cat(from_, '/', name)); }
  int report();

  const RestoreArguments& arguments_;
  const app::Config& config_;
  const std::string from_;
  const std::vector<std::string> places_;
  std::vector<files::FileLock> locks_;
  Manifest manifest_;
  std::vector<std::string> aside_;
  std::uint32_t left_out_ = 0;
};

std::string draft_of(const std::string& place) { return place + std::string(kDraftSuffix); }

void Restore::leave_out(const std::string& path, const std::string& what) {
  ++left_out_;
  failed(str_cat(path, ": ", what));
}

int Restore::check_backup() {
  auto manifest = read_manifest(from_);
  if (!manifest) {
    return failed(
        manifest.error().native == ENOENT && is_absent(str_cat(from_, '/', kManifestName))
            ? str_cat(from_, " is no backup: it has no ", kManifestName)
            : str_cat("the backup ", from_, " cannot be read: ", to_text(manifest.error())));
  }
  manifest_ = *std::move(manifest);
  if (manifest_.format > kBackupFormat) {
    return failed(str_cat("the backup ", from_, " was made by Penstock ", manifest_.version,
                          ", in a format that this version does not know; restore it by that one"));
  }
  for (const store::CopiedFile& file : manifest_.files) {
    const std::string path = str_cat(from_, '/', file.name);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      leave_out(path,
                to_text(Error{ErrorCode::kConfiguration, errno, "find a file of the backup"}));
    } else if (static_cast<std::uint64_t>(status.st_size) != file.bytes) {
      leave_out(path, str_cat("it has ", status.st_size, " bytes and not ", file.bytes));
    }
  }
  if (left_out_ == 0 || arguments_.is_partial) return app::kExitDone;
  return failed("the backup is not whole; --partial restores what is");
}

// A new one is the user's whose the old one was, where there is such a user.
int Restore::make_state() {
  if (!is_absent(config_.state_dir)) return app::kExitDone;
  auto made = files::make_folders(config_.state_dir, kStateMode);
  if (made && ::geteuid() == 0 && !manifest_.owner.empty()) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a verb has one thread.
    const passwd* owner = ::getpwnam(manifest_.owner.c_str());
    if (owner == nullptr) {
      std::fprintf(stderr, "There is no user %s: %s is root's; give it to whom it belongs.\n",
                   manifest_.owner.c_str(), config_.state_dir.c_str());
    } else if (::lchown(config_.state_dir.c_str(), owner->pw_uid, owner->pw_gid) != 0) {
      made = files::fail_by_errno(errno, "give the state directory to its user");
    }
  }
  if (made) return app::kExitDone;
  return failed(str_cat("the state directory ", config_.state_dir,
                        " cannot be made: ", to_text(made.error())));
}

// The locks are held until the end: a program that starts meanwhile finds itself refused.
int Restore::check_stopped() {
  for (const std::string_view program : kPrograms) {
    if (const auto file = app::find_running(config_.state_dir, program)) {
      return failed(str_cat(program, " (process ", file->pid, ") runs on ", config_.state_dir,
                            "; stop it first (systemctl stop penstock.target)"));
    }
    auto lock = app::lock_state(config_.state_dir, program);
    if (!lock) {
      return failed(lock.error().code == ErrorCode::kOverloaded
                        ? str_cat(program, " runs on ", config_.state_dir, "; stop it first")
                        : str_cat("the state directory ", config_.state_dir,
                                  " cannot be locked: ", to_text(lock.error())));
    }
    locks_.push_back(*std::move(lock));
  }
  if (store::check_store_unused(config_.store_path())) return app::kExitDone;
  return failed(str_cat("a worker writes to ", config_.store_path(), "; stop it first"));
}

int Restore::check_vacant() {
  remove_drafts();
  std::string there;
  for (const std::string& name : names_in(config_.state_dir)) {
    if (name == "run" || name == "lost+found") continue;
    if (is_vacant(str_cat(config_.state_dir, '/', name))) continue;
    there = str_cat(config_.state_dir, '/', name);
    break;
  }
  for (const std::string& place : places_) {
    if (there.empty() && !is_vacant(place)) there = place;
  }
  if (there.empty() || arguments_.is_forced) return app::kExitDone;
  return failed(str_cat(there,
                        " is there already; a restore wants an empty state directory, and "
                        "--force moves keys, users and events aside"));
}

// The folder that comes in the place of `place` is whose that is, with its mode, where that is
// there and not root's: each program has a user of its own then.
Result<void> Restore::begin_draft(const std::string& place, mode_t mode) {
  const std::string draft = draft_of(place);
  PENSTOCK_TRY(files::make_folder(draft, mode));
  struct stat found {};
  if (::geteuid() != 0 || ::lstat(place.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
      found.st_uid == 0) {
    return {};
  }
  const auto folder = files::open_folder(draft);
  if (!folder) return fail(folder.error());
  if (::fchown(folder->get(), found.st_uid, found.st_gid) == 0 &&
      ::fchmod(folder->get(), found.st_mode & 07777) == 0) {
    return {};
  }
  return files::fail_by_errno(errno, "give a folder to its owner");
}

Result<void> Restore::stage_keys() {
  if (!has("keys.json")) return {};
  const std::string draft = draft_of(config_.keys_path());
  PENSTOCK_TRY(copy_file(from_ + "/keys.json", draft));
  struct stat intake {};
  struct stat folder {};
  if (::geteuid() != 0 || ::stat(config_.spool_path().c_str(), &intake) != 0 ||
      ::stat(files::folder_of(draft).c_str(), &folder) != 0 || intake.st_uid == 0) {
    return {};
  }
  if (::lchown(draft.c_str(), intake.st_uid, folder.st_gid) == 0 &&
      ::chmod(draft.c_str(), kKeysMode) == 0) {
    return {};
  }
  return files::fail_by_errno(errno, "give the keys to the intake");
}

// In its folder the file gets the group that the folder has.
Result<void> Restore::stage_console_keys() {
  if (!has("keys/console.json")) return {};
  const std::string draft = draft_of(config_.console_keys_folder());
  PENSTOCK_TRY(begin_draft(config_.console_keys_folder(), kStateMode));
  const auto identity = identity_of(draft);
  if (!identity) return fail(identity.error());
  const std::string to = str_cat(draft, '/', files::name_of(config_.console_keys_path()));
  PENSTOCK_TRY(copy_file(from_ + "/keys/console.json", to));
  if (::chmod(to.c_str(), kKeysMode) == 0) return {};
  return files::fail_by_errno(errno, "let the intake read the console's keys");
}

Result<void> Restore::stage_console() {
  const std::string draft = draft_of(config_.console_folder());
  if (!has("console/console.db")) return {};
  PENSTOCK_TRY(begin_draft(config_.console_folder(), kConsoleMode));
  const auto identity = identity_of(draft);
  if (!identity) return fail(identity.error());
  PENSTOCK_TRY(copy_database(from_ + "/console/console.db",
                             str_cat(draft, '/', files::name_of(config_.console_path()))));
  if (!has("console/initial-password")) return {};
  return copy_file(from_ + "/console/initial-password",
                   str_cat(draft, '/', files::name_of(config_.password_path())));
}

Result<void> Restore::stage_store() {
  if (!has("events")) return {};
  PENSTOCK_TRY(files::make_folders(files::folder_of(config_.store_path()), kStateMode));
  const std::string draft = draft_of(config_.store_path());
  PENSTOCK_TRY(begin_draft(config_.store_path(), kStateMode));
  const auto identity = identity_of(draft);
  if (!identity) return fail(identity.error());
  const auto copied = store::copy_store(from_ + "/events", draft);
  if (!copied) return fail(copied.error());
  for (const store::FileFault& fault : copied->left_out) leave_out(fault.file, fault.what);
  if (copied->left_out.empty() || arguments_.is_partial) return {};
  return fail(ErrorCode::kCorrupt, "read the backup whole; --partial restores what can be read");
}

Result<void> Restore::stage() {
  const auto keep_or_fail = [&](const Result<void>& done, const std::string& name) -> Result<void> {
    if (done) return {};
    leave_out(str_cat(from_, '/', name), to_text(done.error()));
    return arguments_.is_partial ? Result<void>() : done;
  };
  PENSTOCK_TRY(keep_or_fail(stage_keys(), "keys.json"));
  PENSTOCK_TRY(keep_or_fail(stage_console_keys(), "keys"));
  PENSTOCK_TRY(keep_or_fail(stage_console(), "console"));
  PENSTOCK_TRY(stage_store());
  for (const std::string& place : places_) {
    const std::string draft = draft_of(place);
    if (place != config_.keys_path() && !is_absent(draft)) PENSTOCK_TRY(sync_folders(draft));
  }
  return {};
}

void Restore::remove_drafts() {
  for (const std::string& place : places_) static_cast<void>(remove_tree(draft_of(place)));
}

Result<void> Restore::swap_in() {
  std::string stamp;
  append_rfc3339(stamp, SystemClock().wall_ms());
  for (const std::string& place : places_) {
    // What the backup does not have must not stay beside what it has.
    if (!is_vacant(place)) {
      aside_.push_back(str_cat(place, ".before-restore-", stamp));
      if (::rename(place.c_str(), aside_.back().c_str()) != 0) {
        return files::fail_by_errno(errno, "move aside what is there");
      }
    }
    const std::string draft = draft_of(place);
    if (is_absent(draft)) continue;
    if (::rename(draft.c_str(), place.c_str()) != 0) {
      return files::fail_by_errno(errno, "put what was restored in its place");
    }
    PENSTOCK_TRY(files::sync_folder(files::folder_of(place)));
  }
  return {};
}

int Restore::report() {
  for (const std::string& path : aside_) print(str_cat("Moved aside: ", path, "\n"));
  print(str_cat("Restored the backup of ", manifest_.made_at, " to ", config_.state_dir, ".\n"));
  for (const std::string& path : manifest_.left_out) {
    std::fprintf(stderr, "The backup was made without %s.\n", path.c_str());
  }
  if (has("config/penstock.toml")) {
    std::fprintf(stderr, "The configuration of then is in %s/config and was left there.\n",
                 from_.c_str());
  }
  if (left_out_ == 0) return app::kExitDone;
  return failed("restored without what is named above");
}

int Restore::work() {
  if (const int code = check_stopped(); code != app::kExitDone) return code;
  if (const int code = check_vacant(); code != app::kExitDone) return code;
  if (const std::string lack = lack_of_room(config_.state_dir, bytes_below(from_)); !lack.empty()) {
    return failed(str_cat("there is too little room: ", lack));
  }
  auto done = stage();
  if (done) done = swap_in();
  if (done) return report();
  remove_drafts();
  return failed(str_cat("not restored: ", to_text(done.error())));
}

int Restore::run() {
  if (const int code = check_backup(); code != app::kExitDone) return code;
  if (const int code = make_state(); code != app::kExitDone) return code;
  const auto identity =
      files::OwnerIdentity::take(config_.state_dir, str_cat(from_, '/', kManifestName));
  if (identity) return work();
  return failed(str_cat("the state directory ", config_.state_dir,
                        " cannot be used: ", to_text(identity.error())));
}

}  // namespace

int restore(const RestoreArguments& arguments, const app::Config& config) {
  return Restore(arguments, config).run();
}

}  // namespace penstock::cli
