#include "cli/setup/state.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;
using testing::kNobody;
using testing::mode_of;
using testing::owner_of;

// Numbers that no user has.
constexpr uid_t kIntake = 61'001;
constexpr uid_t kWorker = 61'002;
constexpr uid_t kConsole = 61'003;
constexpr gid_t kQueue = 62'001;
constexpr gid_t kLookers = 62'002;
constexpr gid_t kIntakes = 62'003;

gid_t group_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_gid : static_cast<gid_t>(-1);
}

class SettledState : public ::testing::Test {
 protected:
  void SetUp() override {
    PENSTOCK_NEEDS_ROOT();
    config_.state_dir = dir_.path();
    owners_.spool = {kIntake, kQueue};
    owners_.spool_other = kWorker;
    owners_.events = {kWorker, kLookers};
    owners_.console = {kConsole, kConsole};
    owners_.keys = {kIntake, kLookers};
    owners_.console_keys = {kConsole, kIntakes};
  }
  // As all of it was once: one user's.
  void make(const std::string& name, mode_t mode = 0640) {
    fs::create_directories(fs::path(dir_.path(name)).parent_path());
    std::ofstream(dir_.path(name)) << name;
    ASSERT_EQ(::chmod(dir_.path(name).c_str(), mode), 0);
    for (fs::path path = name; !path.empty(); path = path.parent_path()) {
      testing::give_to_nobody(dir_.path(path.string()));
    }
  }
  StateChanges settle() {
    const auto changes = settle_state(config_, owners_);
    EXPECT_TRUE(changes) << to_text(changes.error());
    return changes ? *changes : StateChanges();
  }
  void expect(const std::string& name, uid_t user, gid_t group, mode_t mode) {
    const std::string path = dir_.path(name);
    EXPECT_EQ(owner_of(path), user) << name;
    EXPECT_EQ(group_of(path), group) << name;
    EXPECT_EQ(mode_of(path), mode) << name << std::oct << mode_of(path);
  }

  testing::TempDir dir_;
  app::Config config_;
  StateOwners owners_;
};

TEST_F(SettledState, IsEachProgramsOwn) {
  for (const char* name : {"spool/dead.db", "spool/dead.db-wal", "spool/cursor.db",
                           "spool/consumer.lock", "spool/0000000000000001-1-ab/000001-r0.db",
                           "spool/0000000000000001-1-ab/lock", "events/2026-11-24.db", "keys.json",
                           "keys.json.lock", "keys/console.json", "console/console.db"}) {
    make(name);
  }
  make("console/initial-password", 0600);
  EXPECT_GT(settle().changed, 0U);

  expect("spool", kIntake, kQueue, 02770);
  expect("spool/0000000000000001-1-ab", kIntake, kQueue, 02770);
  expect("spool/0000000000000001-1-ab/lock", kIntake, kQueue, 0660);
  expect("spool/0000000000000001-1-ab/000001-r0.db", kIntake, kQueue, 0660);
  expect("spool/dead.db", kWorker, kQueue, 0660);
  expect("spool/dead.db-wal", kWorker, kQueue, 0660);
  expect("spool/cursor.db", kWorker, kQueue, 0660);
  expect("events", kWorker, kLookers, 02750);
  expect("events/2026-11-24.db", kWorker, kLookers, 0640);
  expect("console", kConsole, kConsole, 0700);
  expect("console/console.db", kConsole, kConsole, 0640);
  expect("console/initial-password", kConsole, kConsole, 0600);
  expect("keys.json", kIntake, kLookers, 0640);
  expect("keys.json.lock", 0, 0, 0640);
  expect("keys", kConsole, kIntakes, 02750);
  expect("keys/console.json", kConsole, kIntakes, 0640);

  // Cut off half-way, and what root's other tools leave: only that is mended.
  EXPECT_EQ(settle().changed, 0U);
  for (const char* name : {"events/2026-11-24.db", "spool/cursor.db"}) {
    ASSERT_EQ(::lchown(dir_.path(name).c_str(), 0, 0), 0);
  }
  EXPECT_EQ(settle().changed, 2U);
  expect("spool/cursor.db", kWorker, kQueue, 0660);
}

TEST_F(SettledState, LeavesToEitherWhatEitherMade) {
  make("spool/0000000000000001-1-ab/000001-r0.db");
  settle();
  const std::string file = dir_.path("spool/0000000000000001-1-ab/000001-r0.db");
  ASSERT_EQ(::lchown(file.c_str(), kWorker, kQueue), 0);
  ASSERT_EQ(::chmod(file.c_str(), 0660), 0);
  EXPECT_EQ(settle().changed, 0U);
}

TEST_F(SettledState, IsMadeWhereThereIsNone) {
  settle();
  expect("spool", kIntake, kQueue, 02770);
  expect("events", kWorker, kLookers, 02750);
  expect("console", kConsole, kConsole, 0700);
  expect("keys", kConsole, kIntakes, 02750);
  EXPECT_FALSE(fs::exists(dir_.path("keys.json")));
}

// He who had the folders may have planted anything in them.
TEST_F(SettledState, FollowsNoLinkAndTakesNoFileWithASecondName) {
  const testing::TempDir roots;
  std::ofstream(roots.path("victim")) << "precious";
  ASSERT_EQ(::chmod(roots.path("victim").c_str(), 0600), 0);
  std::ofstream(dir_.path("other")) << "precious";
  make("events/2026-11-24.db");
  for (const char* name : {"events/link", "spool/link", "console/link", "keys.json"}) {
    fs::create_directories(fs::path(dir_.path(name)).parent_path());
    fs::create_symlink(roots.path("victim"), dir_.path(name));
    testing::give_to_nobody(dir_.path(name));
  }
  fs::create_symlink(roots.path(), dir_.path("events/folder"));
  fs::create_hard_link(dir_.path("other"), dir_.path("events/hard"));
  ASSERT_EQ(::mkfifo(dir_.path("events/fifo").c_str(), 0600), 0);

  EXPECT_EQ(settle().skipped.size(), 7U);
  EXPECT_EQ(owner_of(roots.path("victim")), 0U);
  EXPECT_EQ(mode_of(roots.path("victim")), 0600U);
  EXPECT_EQ(owner_of(roots.path()), 0U);
  EXPECT_EQ(owner_of(dir_.path("other")), 0U);
  expect("events/2026-11-24.db", kWorker, kLookers, 0640);

  // Nor is a folder itself one that somebody else leads to.
  fs::remove_all(dir_.path("console"));
  fs::create_symlink(roots.path(), dir_.path("console"));
  testing::give_to_nobody(dir_.path("console"));
  EXPECT_EQ(settle_state(config_, owners_).error().native, ELOOP);
  EXPECT_EQ(owner_of(roots.path()), 0U);
}

TEST_F(SettledState, TakesUsersOutOfTheStateDirectoryItself) {
  for (const char* name : {"console.db", "console.db-wal", "console.db-shm", "initial-password"}) {
    make(name);
  }
  settle();
  for (const char* name :
       {"console/console.db", "console/console.db-wal", "console/initial-password"}) {
    expect(name, kConsole, kConsole, 0640);
  }
  EXPECT_FALSE(fs::exists(dir_.path("console.db-shm")));
  EXPECT_EQ(settle().changed, 0U);
}

// As an older version leaves it that took everything for its one user.
TEST_F(SettledState, GivesEachProgramItsRunFolder) {
  make("run/penstock-worker/penstock-worker.lock");
  make("run/penstock-ingest/penstock-ingest.json");
  const std::string socket = dir_.path("run/penstock-worker/penstock-worker.sock");
  ASSERT_EQ(::mknod(socket.c_str(), S_IFSOCK | 0660, 0), 0);
  testing::give_to_nobody(socket);
  settle();
  expect("run/penstock-worker", kWorker, kLookers, 02750);
  expect("run/penstock-worker/penstock-worker.lock", kWorker, kLookers, 0640);
  expect("run/penstock-ingest/penstock-ingest.json", kIntake, kLookers, 0640);
  EXPECT_FALSE(fs::exists(socket)) << "the worker could not replace it";

  ASSERT_EQ(::mknod(socket.c_str(), S_IFSOCK | 0660, 0), 0);
  ASSERT_EQ(::lchown(socket.c_str(), kWorker, kLookers), 0);
  EXPECT_EQ(settle().changed, 0U);
  EXPECT_TRUE(fs::exists(socket)) << "it may be in use";
}

TEST_F(SettledState, KeepsNoRunFileOfBeforeWhereEachProgramHasAFolder) {
  make("run/penstock-ingest.json");
  make("run/penstock-worker.json");
  fs::create_directories(dir_.path("run/penstock-worker"));
  settle();
  EXPECT_FALSE(fs::exists(dir_.path("run/penstock-worker.json")));
  EXPECT_TRUE(fs::exists(dir_.path("run/penstock-ingest.json"))) << "the one of today, too";
}

}  // namespace
}  // namespace penstock::cli
