#include "cli/backup/restore.h"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "app/process/state_lock.h"
#include "cli/backup/backup_testing.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

class RestoreTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    ASSERT_EQ(back_up_to(dir_.path("backup")).code, 0);
  }
  std::string state(const std::string& name = "") const { return dir_.path("new" + name); }
};

TEST_F(RestoreTest, MakesTheStateDirectoryWhatItWas) {
  const Said said = restore_to(state());
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(events_in(state()), 3u);
  EXPECT_EQ(read(state("/keys.json")), read(config_.keys_path()));
  EXPECT_TRUE(fs::exists(state("/console/console.db")));
  struct stat keys {};
  ASSERT_EQ(::stat(state("/keys.json").c_str(), &keys), 0);
  EXPECT_EQ(keys.st_mode & 0777, 0600u);
  EXPECT_EQ(read(state("/keys/console.json")), "[ ]");
  ASSERT_EQ(::stat(state("/keys/console.json").c_str(), &keys), 0);
  EXPECT_EQ(keys.st_mode & 0777, 0640u);
  for (const auto& entry : fs::directory_iterator(state())) {
    EXPECT_FALSE(entry.path().string().ends_with(".restoring")) << entry.path();
  }
}

TEST_F(RestoreTest, WantsAnEmptyStateDirectory) {
  write(state("/other"), "precious");
  Said said = restore_to(state());
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find("--force"), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(state("/events")));
  // One in which programs have been, and an empty folder, are empty enough.
  fs::remove(state("/other"));
  write(state("/run/penstock-ingest.lock"), "");
  fs::create_directory(state("/events"));
  said = restore_to(state());
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(events_in(state()), 3u);
}

TEST_F(RestoreTest, MovesAsideWhatIsThereOnAPersonsWord) {
  store({3, 4});
  write(config_.keys_path(), "newer");
  write(config_.state_dir + "/spool/0/1.seg", "waiting");
  const Said said = restore_to(config_.state_dir, {.from = "", .is_forced = true});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(events_in(config_.state_dir), 3u);
  EXPECT_EQ(read(config_.state_dir + "/spool/0/1.seg"), "waiting");
  int aside = 0;
  for (const auto& entry : fs::directory_iterator(config_.state_dir)) {
    const std::string path = entry.path().string();
    if (path.find(".before-restore-") == std::string::npos) continue;
    ++aside;
    EXPECT_NE(said.out.find(path), std::string::npos) << said.out;
    if (path.find("keys.json") != std::string::npos) {
      EXPECT_EQ(read(path), "newer");
    }
  }
  EXPECT_EQ(aside, 4);
}

TEST_F(RestoreTest, PutsEachWhereTheConfigurationSays) {
  app::Config config;
  config.state_dir = state();
  config.store.url = "sqlite:" + dir_.path("disk/store");
  config.ingest.keys_file = dir_.path("etc/keys.json");
  const Said said =
      BackupTest::said([&] { return restore({.from = dir_.path("backup")}, config); });
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(read(dir_.path("etc/keys.json")), read(config_.keys_path()));
  auto queries = store::open_queries(config.store_path());
  EXPECT_EQ((*queries)
                ->summary({store::kToday - 5 * store::kDay, store::kToday + store::kDay}, {})
                ->events,
            3u);
  // And is backed up from there.
  EXPECT_EQ(BackupTest::said([&] {
              return back_up({.target = dir_.path("second"), .config_file = ""}, config);
            }).code,
            0);
  EXPECT_EQ(events_in(dir_.path("second")), 3u);
  EXPECT_EQ(read(dir_.path("second/keys.json")), read(config_.keys_path()));
}

TEST_F(RestoreTest, IsRefusedWhileAProgramRuns) {
  fs::create_directories(state());
  {
    const auto lock = app::lock_state(state(), app::kConsoleProgram);
    const Said said = restore_to(state());
    EXPECT_EQ(said.code, 1);
    EXPECT_NE(said.err.find("penstock-console runs"), std::string::npos) << said.err;
  }
  const ManualClock clock(store::kToday);
  const auto worker = store::open_event_store({.path = state("/events")}, clock);
  const Said said = restore_to(state(), {.from = "", .is_forced = true});
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find("a worker writes"), std::string::npos) << said.err;
}

TEST_F(RestoreTest, RefusesWhatIsNoBackupOrANewerOne) {
  Said said = restore_to(state(), {.from = dir_.path("state")});
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find("is no backup"), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(state()));

  write(dir_.path("later/manifest.json"), R"({"format":2,"penstock":"7.0.0"})");
  said = restore_to(state(), {.from = dir_.path("later")});
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find("7.0.0"), std::string::npos) << said.err;
}

TEST_F(RestoreTest, RefusesDaysOfANewerSchema) {
  {
    auto day = sqlite::Database::open(day_file(dir_.path("backup"), store::kToday), {});
    ASSERT_TRUE(day->execute("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE").has_value());
  }
  const Said said = restore_to(state());
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find("schema version 99"), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(state("/events")));
  EXPECT_FALSE(fs::exists(state("/keys.json")));
}

TEST_F(RestoreTest, NamesWhatIsMissingOrDamagedAndTakesTheRestOnAPersonsWord) {
  fs::remove(day_file(dir_.path("backup"), store::kToday));
  const std::string cut = day_file(dir_.path("backup"), store::kToday - store::kDay);
  fs::resize_file(cut, 5'000);
  Said said = restore_to(state());
  EXPECT_EQ(said.code, 1);
  EXPECT_NE(said.err.find(cut), std::string::npos) << said.err;
  EXPECT_NE(said.err.find(day_file(dir_.path("backup"), store::kToday)), std::string::npos);
  EXPECT_FALSE(fs::exists(state("/events")));

  said = restore_to(state(), {.from = "", .is_partial = true});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(events_in(state()), 1u);
}

}  // namespace
}  // namespace penstock::cli
