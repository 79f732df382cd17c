// Whether the files of the state directory are of versions that this program knows.
#include <string>
#include <vector>

#include <unistd.h>

#include "base/text.h"
#include "cli/doctor/checks.h"
#include "console/api/auth/accounts.h"
#include "files/folder.h"
#include "files/identity.h"
#include "files/newer_version.h"
#include "intake/keys.h"
#include "queue/spool/versions.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

constexpr const char* kWayBack =
    "install that version again, or put back a copy or a backup: docs/operations.md, \"Go back to "
    "an older version\"";

using Versions = std::vector<files::FileVersion>;

// A look may have to make SQLite's files beside: as the folder's owner, so that they are his.
template <class Look>
void look_as_owner(const std::string& folder, Look look) {
  const auto identity = files::OwnerIdentity::take(folder);
  if (identity) look();
}

void check_keys(const std::string& path, Findings& findings) {
  const auto keys = intake::read_keys(path);
  if (keys || !files::is_newer_version(keys.error())) return;
  findings.fail(to_text(keys.error()), path, kWayBack);
}

void gather_users(const std::string& path, Versions& versions, Findings& findings) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return;
  const auto version = console::Accounts::version_of(path);
  if (version) {
    versions.push_back(*version);
  } else {
    findings.warn("its version cannot be read", path, "run this as root");
  }
}

// One line for all of a kind: a store has thousands of days.
struct Sum {
  std::size_t files = 0;
  files::FileVersion first;

  void add(const files::FileVersion& version) {
    if (files++ == 0) first = version;
  }
  std::string text(std::string_view kind) const {
    return str_cat(files, files == 1 ? " file is " : " files are ", kind, ", of version ",
                   first.version, "; this program's is ", first.known);
  }
};

}  // namespace

void check_files(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  Versions versions;
  look_as_owner(config.store_path(),
                [&] { versions = store::store_versions(config.store_path()); });
  look_as_owner(config.spool_path(), [&] {
    for (auto& version : queue::spool_versions(config.spool_path())) versions.push_back(version);
  });
  look_as_owner(files::folder_of(config.console_path()),
                [&] { gather_users(config.console_path(), versions, findings); });
  check_keys(config.keys_path(), findings);
  check_keys(config.console_keys_path(), findings);

  Sum older;
  Sum newer;
  for (const files::FileVersion& version : versions) {
    if (version.is_older()) older.add(version);
    if (version.is_newer()) newer.add(version);
  }
  if (newer.files > 0) findings.fail(newer.text("newer"), newer.first.path, kWayBack);
  if (older.files > 0) {
    findings.ok(str_cat(older.text("older"),
                        "; each is brought up to date when it is next written to, and kept as it "
                        "was beside it"),
                older.first.path);
  }
  if (findings.list().empty()) {
    findings.ok("every file that is there is of this program's versions");
  }
}

}  // namespace penstock::cli
