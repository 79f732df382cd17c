#include "cli/backup/backup.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config/version.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/backup/interruptible.h"
#include "cli/backup/manifest.h"
#include "cli/backup/pieces.h"
#include "cli/shared/command.h"
#include "files/failure.h"
#include "files/file_lock.h"
#include "files/folder.h"
#include "files/identity.h"
#include "files/whole_file.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0700;
constexpr const char* kLockName = "lock";
constexpr std::string_view kArchiveEndings[] = {".tar", ".tgz", ".gz", ".zst", ".xz", ".zip"};

class Backup {
 public:
  Backup(const BackupArguments& arguments, const app::Config& config)
      : config_(config),
        config_file_(arguments.config_file),
        target_(plain_path(arguments.target)),
        draft_(str_cat(files::folder_of(target_), "/.", files::name_of(target_), ".partial")) {}

  int run();

 private:
  int check_source();
  int check_target();
  int work();
  Result<void> begin();
  Result<void> fill();
  Result<void> fill_store();
  Result<void> fill_console();
  Result<void> fill_console_keys();
  // A part that is not there is reached where the state directory is.
  const std::string& reached(const std::string& part) const {
    return is_absent(part) ? config_.state_dir : part;
  }
  Result<void> begin_part(const std::string& from, const std::string& name);
  void add_file(const std::string& from, const std::string& name, bool is_database);
  Result<void> add_configuration();
  Result<void> finish();
  int report();

  const app::Config& config_;
  const std::string config_file_;
  const std::string target_;
  const std::string draft_;
  std::optional<files::FileLock> lock_;
  Manifest manifest_;
  std::vector<store::FileFault> faults_;
};

// As the owner. What cannot be read must not look like what is not there.
int Backup::check_source() {
  bool is_anything_there = false;
  for (const std::string& folder :
       {config_.store_path(), config_.console_folder(), config_.console_keys_folder()}) {
    if (is_absent(folder)) continue;
    is_anything_there = true;
    if (!is_readable_or_absent("the folder", folder)) return app::kExitFailed;
  }
  if (is_anything_there || !is_absent(config_.keys_path())) return app::kExitDone;
  return failed(str_cat("there is nothing to back up in ", config_.state_dir,
                        ": no events, no users and no keys"));
}

int Backup::check_target() {
  const std::string parent = files::folder_of(target_);
  const char* const wants_folder = "; name a folder, and pack it with tar if one file is wanted";
  if (fs::is_regular_file(target_)) {
    return failed(
        str_cat(target_, " is there already, a file; a backup is a folder", wants_folder));
  }
  for (const std::string_view ending : kArchiveEndings) {
    if (!target_.ends_with(ending)) continue;
    return failed(str_cat("a backup is a folder and no archive such as ", target_, wants_folder));
  }
  if (!is_vacant(target_)) {
    return failed(str_cat(target_, " is there already; a backup overwrites nothing"));
  }
  if (const auto there = files::check_folder(parent); !there) {
    return failed(str_cat("the folder ", parent, " cannot be used: ", to_text(there.error())));
  }
  for (const std::string& own : {config_.state_dir, config_.store_path()}) {
    if (!is_within(target_, plain_path(own))) continue;
    return failed(str_cat("a backup within ", own, " would be lost with it; name another place"));
  }
  // As the owner, who knows what is his; the folder itself is looked at here too.
  return in_state(config_, [&] {
    if (const int code = check_source(); code != app::kExitDone) return code;
    const std::uint64_t needed_bytes =
        bytes_below(config_.store_path()) + bytes_below(config_.console_folder()) +
        bytes_below(config_.keys_path()) + bytes_below(config_.console_keys_path());
    const std::string lack = lack_of_room(parent, needed_bytes);
    return lack.empty() ? app::kExitDone : failed(str_cat("there is too little room: ", lack));
  });
}

// The draft is the state's owner's until it is whole, for he reads the state. One that an earlier
// try has left is begun anew; whatever else has its name is not ours to remove.
Result<void> Backup::begin() {
  struct stat state {};
  if (::stat(config_.state_dir.c_str(), &state) != 0) {
    return files::fail_by_errno(errno, "look at the state directory");
  }
  PENSTOCK_TRY(files::make_folder(draft_, kFolderMode));
  struct stat draft {};
  if (::lstat(draft_.c_str(), &draft) != 0 || !S_ISDIR(draft.st_mode) ||
      (draft.st_uid != ::geteuid() && draft.st_uid != state.st_uid)) {
    return fail(ErrorCode::kConfiguration, "use a draft that somebody else has put there");
  }
  auto lock = files::FileLock::try_take(str_cat(draft_, '/', kLockName));
  if (!lock) return fail(lock.error());
  if (!*lock) return fail(ErrorCode::kOverloaded, "begin, while another backup is written there");
  lock_ = *std::move(*lock);
  for (const std::string& name : names_in(draft_)) {
    if (name != kLockName) PENSTOCK_TRY(remove_tree(str_cat(draft_, '/', name)));
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a verb has one thread.
  if (const passwd* owner = ::getpwuid(state.st_uid)) manifest_.owner = owner->pw_name;
  if (::geteuid() != 0) return {};
  const auto folder = files::open_folder(draft_);
  if (!folder) return fail(folder.error());
  if (::fchown(folder->get(), state.st_uid, state.st_gid) == 0) return {};
  return files::fail_by_errno(errno, "give the draft to the state's owner");
}

void Backup::add_file(const std::string& from, const std::string& name, bool is_database) {
  if (is_absent(from)) return;
  const std::string to = str_cat(draft_, '/', name);
  const auto copied = is_database ? copy_database(from, to) : copy_file(from, to);
  if (copied) {
    manifest_.files.push_back({name, bytes_below(to)});
    return;
  }
  ::unlink(to.c_str());
  faults_.push_back({from, to_text(copied.error()), "see what is wrong with it and try again"});
}

// Its folder in the draft, which is whose `from` is: he may have planted links there, and reads it.
Result<void> Backup::begin_part(const std::string& from, const std::string& name) {
  const std::string to = str_cat(draft_, '/', name);
  PENSTOCK_TRY(files::make_folder(to, kFolderMode));
  if (::geteuid() != 0 || is_absent(from)) return {};
  const auto source = files::open_folder(from);
  if (!source) return fail(source.error());
  const auto folder = files::open_folder(to);
  if (!folder) return fail(folder.error());
  struct stat owner {};
  if (::fstat(source->get(), &owner) == 0 &&
      ::fchown(folder->get(), owner.st_uid, owner.st_gid) == 0) {
    return {};
  }
  return files::fail_by_errno(errno, "give a part of the draft to its owner");
}

Result<void> Backup::fill_store() {
  PENSTOCK_TRY(begin_part(config_.store_path(), "events"));
  const std::string to = draft_ + "/events";
  const auto identity = files::OwnerIdentity::take(to, reached(config_.store_path()));
  if (!identity) return fail(identity.error());
  auto copied = store::copy_store(config_.store_path(), to);
  if (!copied) return fail(copied.error());
  for (store::CopiedFile& file : copied->files) {
    manifest_.files.push_back({"events/" + file.name, file.bytes});
  }
  faults_ = std::move(copied->left_out);
  return {};
}

Result<void> Backup::fill_console() {
  PENSTOCK_TRY(begin_part(config_.console_folder(), "console"));
  const auto identity =
      files::OwnerIdentity::take(draft_ + "/console", reached(config_.console_folder()));
  if (!identity) return fail(identity.error());
  add_file(config_.console_path(), "console/console.db", true);
  add_file(config_.password_path(), "console/initial-password", false);
  return {};
}

Result<void> Backup::fill_console_keys() {
  const std::string folder = config_.console_keys_folder();
  if (is_absent(config_.console_keys_path())) return {};
  PENSTOCK_TRY(begin_part(folder, "keys"));
  const auto identity = files::OwnerIdentity::take(draft_ + "/keys", folder);
  if (!identity) return fail(identity.error());
  add_file(config_.console_keys_path(), "keys/console.json", false);
  return {};
}

Result<void> Backup::fill() {
  PENSTOCK_TRY(fill_store());
  PENSTOCK_TRY(fill_console());
  PENSTOCK_TRY(fill_console_keys());
  const auto identity = files::OwnerIdentity::take(draft_, config_.state_dir);
  if (!identity) return fail(identity.error());
  add_file(config_.keys_path(), "keys.json", false);
  return {};
}

// It is the caller's to read, as every program's.
Result<void> Backup::add_configuration() {
  if (config_file_.empty()) return {};
  PENSTOCK_TRY(files::make_folder(draft_ + "/config", kFolderMode));
  add_file(config_file_, "config/penstock.toml", false);
  const std::string folder = files::folder_of(config_file_) + "/conf.d";
  std::vector<std::string> names = names_in(folder);
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".toml"); });
  if (names.empty()) return {};
  PENSTOCK_TRY(files::make_folder(draft_ + "/config/conf.d", kFolderMode));
  for (const std::string& name : names) {
    add_file(str_cat(folder, '/', name), "config/conf.d/" + name, false);
  }
  return {};
}

Result<void> Backup::finish() {
  PENSTOCK_TRY(own_tree(draft_));
  manifest_.version = app::kVersion;
  append_rfc3339(manifest_.made_at, SystemClock().wall_ms());
  for (const store::FileFault& fault : faults_) manifest_.left_out.push_back(fault.file);
  PENSTOCK_TRY(files::write_whole_file(str_cat(draft_, '/', kManifestName),
                                       manifest_text(manifest_),
                                       {.mode = 0600, .keeps_owner = false}));
  ::unlink(str_cat(draft_, '/', kLockName).c_str());
  PENSTOCK_TRY(sync_folders(draft_));
  // Refused where something has come there meanwhile, but for an empty folder.
  if (::rename(draft_.c_str(), target_.c_str()) != 0) {
    return files::fail_by_errno(errno, "give the backup its name");
  }
  return files::sync_folder(files::folder_of(target_));
}

int Backup::report() {
  for (const store::FileFault& fault : faults_) {
    failed(str_cat("left out: ", fault.file, ": ", fault.what, ". Remedy: ", fault.remedy));
  }
  print(str_cat("Backed up to ", target_, ": ", manifest_.files.size(), " files, ",
                bytes_below(target_), " bytes.\n"));
  return faults_.empty() ? app::kExitDone : app::kExitFailed;
}

// In a process of its own: see run().
int Backup::work() {
  auto done = fill();
  if (done) done = add_configuration();
  if (done) done = finish();
  if (done) return report();
  return failed(str_cat("no backup was made at ", target_, ": ", to_text(done.error())));
}

// The work is a child's, so that it can be ended at any point: whatever ends it, the draft is
// removed when nobody writes there any more.
int Backup::run() {
  if (const int code = check_target(); code != app::kExitDone) return code;
  // Another's draft, where there is one, is not ours to remove.
  if (const auto begun = begin(); !begun) {
    return failed(str_cat("no backup was made at ", target_, ": ", to_text(begun.error())));
  }
  const auto code = run_interruptible([this] { return work(); });
  // A whole one has another name by now.
  static_cast<void>(remove_tree(draft_));
  if (code) return *code;
  return failed(str_cat("interrupted: no backup was made at ", target_));
}

}  // namespace

int back_up(const BackupArguments& arguments, const app::Config& config) {
  return Backup(arguments, config).run();
}

}  // namespace penstock::cli
