#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/verb/verb_testing.h"
#include "event/id.h"
#include "files/whole_file.h"
#include "store/backends.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

class StoreVerbTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const SystemClock clock;
    auto store = store::open_event_store({.path = dir_.path("events")}, clock);
    ASSERT_TRUE(store.has_value());
    for (const int age : {0, 3, 40, 50, 60}) {
      event::Row row;
      row.record.occurred_at_ms = event::start_of_day(clock.wall_ms()) - age * kDayMs;
      row.record.received_at_ms = row.record.occurred_at_ms;
      row.record.id = event::id_of_client("p", std::to_string(age), row.record.occurred_at_ms);
      ASSERT_TRUE((*store)->store({&row, 1}).has_value());
    }
  }

  Ran prune(const std::string& retention, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "store", "prune", "--data", dir_.path(), "--set", "store.retention_days=" + retention};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_tool(arguments);
  }
  int days() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path("events"))) {
      count += entry.path().filename().string().starts_with("20") ? 1 : 0;
    }
    return count;
  }

  testing::TempDir dir_;
};

TEST_F(StoreVerbTest, DeletesEventsThatNoRuleKeeps) {
  const std::vector<std::string> rule = {"--set", "store.retain=kind=event days=45"};
  std::vector<std::string> dry_run = rule;
  dry_run.emplace_back("--dry-run");
  const Ran dry = prune("0", dry_run);
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find(": 1 events by kind=event days=45\n"), std::string::npos) << dry.out;
  EXPECT_EQ(days(), 5);

  const Ran ran = prune("0", rule);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(days(), 3);
  EXPECT_NE(prune("0", rule).out.find("No event"), std::string::npos);
  EXPECT_EQ(prune("0", {"--set", "store.retain=kind=nothing days=45"}).code, 2);
}

TEST_F(StoreVerbTest, RemovesEveryDayPastTheRetentionAtOnce) {
  const Ran dry = prune("30", {"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_EQ(std::count(dry.out.begin(), dry.out.end(), '\n'), 3);
  EXPECT_EQ(days(), 5);

  const Ran ran = prune("30");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3);
  EXPECT_TRUE(ran.out.starts_with("removed ")) << ran.out;
  EXPECT_EQ(days(), 2);

  EXPECT_EQ(prune("30").code, 0);
  EXPECT_EQ(days(), 2);
}

TEST_F(StoreVerbTest, RemovesTheOldestDaysAboveTheBound) {
  const std::vector<std::string> prune = {"store",     "prune", "--data",
                                          dir_.path(), "--set", "store.max_bytes=1"};
  const Ran ran = run_tool(prune);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 4);
  EXPECT_EQ(days(), 1);
  EXPECT_NE(run_tool(prune).out.find("No day"), std::string::npos);
}

TEST_F(StoreVerbTest, SaysWhyItRemovesNothing) {
  const Ran kept = prune("0");
  EXPECT_EQ(kept.code, 1);
  EXPECT_NE(kept.err.find("retention_days"), std::string::npos);
  EXPECT_EQ(days(), 5);

  const Ran absent =
      run_tool({"store", "prune", "--data", dir_.path("none"), "--set", "store.retention_days=3"});
  EXPECT_EQ(absent.code, 1);
  EXPECT_NE(absent.err.find(dir_.path("none")), std::string::npos) << absent.err;
}

TEST_F(StoreVerbTest, FailsWhereThereIsNoStore) {
  const testing::TempDir empty;
  for (const char* verb : {"check", "migrate"}) {
    const Ran ran = run_tool({"store", verb, "--data", empty.path()});
    EXPECT_EQ(ran.code, 1) << verb;
    EXPECT_NE(ran.err.find("is not there yet"), std::string::npos) << ran.err;
  }
  const Ran backup = run_tool({"store", "backup", dir_.path("none"), "--data", empty.path()});
  EXPECT_EQ(backup.code, 1);
  EXPECT_NE(backup.err.find("nothing to back up"), std::string::npos) << backup.err;
}

TEST_F(StoreVerbTest, ChecksAndNamesWhatIsNotInOrder) {
  Ran ran = run_tool({"store", "check", "--data", dir_.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find(" 0 are not"), std::string::npos) << ran.out;

  const std::string bad = dir_.path("events/2020-01-01.db");
  ASSERT_TRUE(files::write_whole_file(bad, "no database", {}).has_value());
  ran = run_tool({"store", "check", "--quick", "--data", dir_.path()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find(bad), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("Remedy: "), std::string::npos) << ran.err;
  EXPECT_NE(ran.out.find(" 1 are not"), std::string::npos) << ran.out;

  EXPECT_EQ(run_tool({"store", "check", "--data", dir_.path("none")}).code, 1);
}

TEST_F(StoreVerbTest, MigratesWithoutCopies) {
  std::filesystem::copy_file(PENSTOCK_SOURCE_DIR "/tests/store/version_1/2026-11-24.db",
                             dir_.path("events/2020-01-01.db"));
  const Ran ran = run_tool({"store", "migrate", "--no-copies", "--data", dir_.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "1 day was brought to this version.\n");
  EXPECT_FALSE(std::filesystem::exists(dir_.path("events/2020-01-01.db.version-1")));
}

TEST_F(StoreVerbTest, MigratesWhereNoWorkerWrites) {
  std::filesystem::copy_file(PENSTOCK_SOURCE_DIR "/tests/store/version_1/2026-11-24.db",
                             dir_.path("events/2020-01-01.db"));
  {
    const SystemClock clock;
    const auto worker = store::open_event_store({.path = dir_.path("events")}, clock);
    const Ran refused = run_tool({"store", "migrate", "--data", dir_.path()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("a worker writes"), std::string::npos) << refused.err;
  }
  Ran ran = run_tool({"store", "migrate", "--data", dir_.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("1 day was brought to this version.\n")) << ran.out;
  EXPECT_NE(ran.out.find(dir_.path("events/*.db.version-N")), std::string::npos) << ran.out;
  EXPECT_TRUE(std::filesystem::exists(dir_.path("events/2020-01-01.db.version-1")));
  ran = run_tool({"store", "migrate", "--data", dir_.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "Every day is of this version already.\n");
}

TEST_F(StoreVerbTest, BacksUpAndRestores) {
  const testing::TempDir place;
  const Ran made = run_tool({"store", "backup", place.path("backup"), "--data", dir_.path()});
  EXPECT_EQ(made.code, 0) << made.err;
  const Ran again = run_tool({"store", "backup", place.path("backup"), "--data", dir_.path()});
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(run_tool({"store", "backup", "--data", dir_.path()}).code, 2);
  const Ran back =
      run_tool({"store", "restore", place.path("backup"), "--data", place.path("state")});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(run_tool({"store", "check", "--data", place.path("state")}).code, 0);
}

}  // namespace
}  // namespace penstock::cli
