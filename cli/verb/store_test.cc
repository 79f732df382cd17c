#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/verb/verb_testing.h"
#include "event/id.h"
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

}  // namespace
}  // namespace penstock::cli
