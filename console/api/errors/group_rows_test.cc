#include "console/api/errors/group_rows.h"

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "console/api/errors/group_state.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

TEST(GroupRows, ComeBackAsTheyWereWritten) {
  const testing::TempDir dir;
  auto database = open_console_db(dir.path("console.db"));
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute(
      "INSERT INTO users (id, email, role, password_hash, must_change_password, created_at) "
      "VALUES (7, 'a@x', 'viewer', '', 0, 0)"));
  ErrorEvent error;
  error.key = {"default", "", "Error", "no \"beans\" left"};
  error.class_name = "Error";
  error.id = std::string(32, 'a');
  error.occurred_at_ms = 1'800'000'000'000;
  ErrorGroup group = new_group(error);
  ASSERT_TRUE(insert_group(*database, group));
  EXPECT_GT(group.id, 0);
  group.state = GroupState::kMuted;
  group.state_at_ms = 1;
  group.state_by = "b@x";
  group.mute_until_count = 2;
  group.mute_hour_max = 3;
  group.resolved_release = "4";
  group.reopened_at_ms = 5;
  group.reopened_by = "count";
  group.peak_hour = 6;
  group.peak_count = 7;
  group.hour_count = 8;
  group.last_release = "9";
  group.assignee_id = 7;
  ASSERT_TRUE(update_group(*database, group));

  const auto found = find_group(*database, error.key);
  ASSERT_TRUE(found && *found);
  const ErrorGroup& read = **found;
  EXPECT_EQ(read.id, group.id);
  EXPECT_EQ(read.key, error.key);
  EXPECT_EQ(read.state, GroupState::kMuted);
  EXPECT_EQ(read.state_by, "b@x");
  EXPECT_EQ(read.mute_until_count, 2u);
  EXPECT_EQ(read.mute_hour_max, 3u);
  EXPECT_EQ(read.resolved_release, "4");
  EXPECT_EQ(read.reopened_at_ms, 5);
  EXPECT_EQ(read.reopened_by, "count");
  EXPECT_EQ(read.hour, error.occurred_at_ms / 3'600'000);
  EXPECT_EQ(read.hour_count, 8u);
  EXPECT_EQ(read.peak_hour, 6);
  EXPECT_EQ(read.peak_count, 7u);
  EXPECT_EQ(read.last_release, "9");
  EXPECT_EQ(read.sample_id, error.id);
  EXPECT_EQ(read.first_seen_ms, error.occurred_at_ms);
  EXPECT_EQ(read.assignee, "a@x");
  // He goes, the group stays.
  ASSERT_TRUE(database->execute("DELETE FROM users"));
  EXPECT_FALSE((**find_group(*database, group.id)).assignee_id);
  EXPECT_FALSE(find_group(*database, group.id + 1)->has_value());
}

TEST(GroupRows, HaveARevision) {
  const testing::TempDir dir;
  auto database = open_console_db(dir.path("console.db"));
  ASSERT_TRUE(database);
  EXPECT_EQ(*groups_revision(*database), 0);
  ASSERT_TRUE(advance_groups_revision(*database));
  EXPECT_EQ(*groups_revision(*database), 1);
}

}  // namespace
}  // namespace penstock::console
