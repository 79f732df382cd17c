#include "cli/backup/backup.h"

#include <cstdio>
#include <filesystem>

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/backup/backup_testing.h"
#include "cli/backup/manifest.h"
#include "files/file_lock.h"
#include "files/folder.h"
#include "support/as_nobody.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

TEST_F(BackupTest, HasEverythingAndSaysWhat) {
  const Said said = back_up_to(dir_.path("backup"));
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_NE(said.out.find(dir_.path("backup")), std::string::npos) << said.out;
  EXPECT_EQ(events_in(dir_.path("backup")), 3u);
  EXPECT_EQ(read(dir_.path("backup/keys.json")), read(config_.keys_path()));
  EXPECT_EQ(read(dir_.path("backup/keys/console.json")), "[ ]");
  EXPECT_EQ(read(dir_.path("backup/config/penstock.toml")), "[store]\n");
  EXPECT_EQ(read(dir_.path("backup/config/conf.d/10-a.toml")), "[queue]\n");
  const auto manifest = read_manifest(dir_.path("backup"));
  ASSERT_TRUE(manifest.has_value());
  for (const store::CopiedFile& file : manifest->files) {
    EXPECT_EQ(fs::file_size(dir_.path("backup/" + file.name)), file.bytes) << file.name;
  }
  for (const char* name : {"backup", "backup/keys.json", "backup/console/console.db"}) {
    EXPECT_EQ(
        fs::status(dir_.path(name)).permissions() & (fs::perms::group_all | fs::perms::others_all),
        fs::perms::none)
        << name;
  }
  // No draft is left.
  for (const auto& entry : fs::directory_iterator(dir_.path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
  }
}

TEST_F(BackupTest, OverwritesNothing) {
  write(dir_.path("backup/mine"), "precious");
  write(dir_.path("file"), "precious");
  for (const char* name : {"backup", "file"}) {
    const Said said = back_up_to(dir_.path(name));
    EXPECT_EQ(said.code, 1);
    EXPECT_NE(said.err.find("is there already"), std::string::npos) << said.err;
  }
  EXPECT_EQ(read(dir_.path("backup/mine")), "precious");
  EXPECT_EQ(read(dir_.path("file")), "precious");
  fs::create_directory(dir_.path("empty"));
  EXPECT_EQ(back_up_to(dir_.path("empty/")).code, 0);
  EXPECT_EQ(events_in(dir_.path("empty")), 3u);
}

TEST_F(BackupTest, RefusesPlacesThatWouldBeLostWithTheState) {
  fs::create_directory_symlink(dir_.path("state"), dir_.path("link"));
  for (const char* name : {"state/backup", "state/events/backup", "link/backup"}) {
    const Said said = back_up_to(dir_.path(name));
    EXPECT_EQ(said.code, 1) << name;
    EXPECT_NE(said.err.find("another place"), std::string::npos) << said.err;
  }
  const Said said = back_up_to(dir_.path("none/backup"));
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find(dir_.path("none")), std::string::npos) << said.err;
}

TEST_F(BackupTest, OfNoStateDirectoryIsRefused) {
  config_.state_dir = dir_.path("none");
  const Said said = back_up_to(dir_.path("backup"));
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find(dir_.path("none")), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(dir_.path("backup")));
}

TEST_F(BackupTest, NamesADamagedDayAndKeepsTheOthers) {
  write(day_file(config_.state_dir, store::kToday - store::kDay), "no database");
  const Said said = back_up_to(dir_.path("backup"));
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find(day_file(config_.state_dir, store::kToday - store::kDay)),
            std::string::npos)
      << said.err;
  EXPECT_NE(said.err.find("Remedy"), std::string::npos);
  EXPECT_EQ(events_in(dir_.path("backup")), 2u);
  EXPECT_EQ(read_manifest(dir_.path("backup"))->left_out.size(), 1u);
}

// Somebody who may read a part of it makes a backup.
class BackupByNobody : public BackupTest {
 protected:
  void SetUp() override {
    PENSTOCK_NEEDS_ROOT();
    BackupTest::SetUp();
    fs::permissions(dir_.path(), fs::perms(0755));
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
      penstock::testing::give_to_nobody(entry.path());
    }
    fs::create_directories(dir_.path("to"));
    penstock::testing::give_to_nobody(dir_.path("to"));
  }
  // In a process of his.
  Said back_up_as_nobody() {
    return said([this] {
      const pid_t child = fork();
      if (child == 0) {
        const bool is_nobody = setgroups(0, nullptr) == 0 &&
                               setgid(penstock::testing::kNobody) == 0 &&
                               setuid(penstock::testing::kNobody) == 0;
        const BackupArguments arguments{.target = dir_.path("to/backup"),
                                        .config_file = dir_.path("etc/penstock.toml")};
        const int code = is_nobody ? back_up(arguments, config_) : 99;
        std::fflush(nullptr);
        _exit(code);
      }
      int status = 0;
      return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    });
  }
  static void take_from_nobody(const std::string& path) {
    ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
    fs::permissions(path, fs::perms(fs::is_directory(path) ? 0700 : 0600));
  }
};

TEST_F(BackupByNobody, WhoMayReadAllOfItIsWhole) {
  const Said said = back_up_as_nobody();
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(fs::exists(dir_.path("to/backup/events")));
}

TEST_F(BackupByNobody, IsRefusedWhereTheEventsMayNotBeRead) {
  take_from_nobody(config_.store_path());
  const Said said = back_up_as_nobody();
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_NE(said.err.find(config_.store_path()), std::string::npos) << said.err;
  EXPECT_TRUE(fs::is_empty(dir_.path("to"))) << "a part of it looks like the whole";
}

TEST_F(BackupByNobody, NamesADayThatMayNotBeRead) {
  std::string day;
  for (const auto& entry : fs::directory_iterator(config_.store_path())) {
    if (entry.path().filename().string().starts_with("20")) day = entry.path();
  }
  take_from_nobody(day);
  const Said said = back_up_as_nobody();
  EXPECT_EQ(said.code, 1) << said.err;
  EXPECT_NE(said.err.find("left out: " + day), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(dir_.path("to/backup/events/") + files::name_of(day)));
  EXPECT_TRUE(fs::exists(dir_.path("to/backup/manifest.json")));
}

TEST_F(BackupTest, BeginsAnewWhatAnEarlierOneLeft) {
  write(dir_.path(".backup.partial/events/2000-01-01.db"), "half");
  {
    const auto other = files::FileLock::try_take(dir_.path(".backup.partial/lock"));
    const Said said = back_up_to(dir_.path("backup"));
    EXPECT_EQ(said.code, 1);
    EXPECT_NE(said.err.find("another backup"), std::string::npos) << said.err;
  }
  EXPECT_EQ(back_up_to(dir_.path("backup")).code, 0);
  EXPECT_FALSE(fs::exists(dir_.path("backup/events/2000-01-01.db")));
  EXPECT_FALSE(fs::exists(dir_.path(".backup.partial")));
}

TEST_F(BackupTest, RemovesNothingBehindALinkOfTheDraftsName) {
  write(dir_.path("other/mine"), "precious");
  fs::create_directory_symlink(dir_.path("other"), dir_.path(".backup.partial"));
  EXPECT_EQ(back_up_to(dir_.path("backup")).code, 1);
  EXPECT_EQ(read(dir_.path("other/mine")), "precious");
  EXPECT_FALSE(fs::exists(dir_.path("other/lock")));
}

}  // namespace
}  // namespace penstock::cli
