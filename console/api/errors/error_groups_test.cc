#include "console/api/errors/error_groups.h"

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "console/api/errors/error_counter.h"
#include "console/api/errors/error_testing.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

using testing::error_at;

constexpr std::int64_t kNow = 1'800'000'000'000;

class ErrorGroupsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = open_console_db(path_);
    ASSERT_TRUE(
        database &&
        database->execute(
            "INSERT INTO users (id, email, role, password_hash, must_change_password, created_at) "
            "VALUES (7, 'ada@x', 'editor', '', 0, 0)"));
    auto counter = ErrorCounter::open(path_);
    ASSERT_TRUE(counter);
    ErrorEvent third = error_at(kNow + 2, "c", "1.0");
    third.key.project = "shop";
    third.class_name = "Out_Of%Stock";
    const ErrorEvent errors[] = {error_at(kNow, "a"), error_at(kNow + 1, "b"), third};
    ASSERT_TRUE((*counter)->count(errors, "0", "1800000000000000", false));
    auto groups = ErrorGroups::open(path_, clock_);
    ASSERT_TRUE(groups);
    groups_ = *std::move(groups);
    const auto marks = groups_->list(all());
    for (const GroupMark& mark : *marks) ids_.push_back(mark.id);
    ASSERT_EQ(ids_.size(), 3u);  // The newest first: c, b, a.
  }

  static GroupChoice all() {
    GroupChoice choice;
    choice.first_seen_before_ms = kNow * 2;
    return choice;
  }
  std::size_t found(const GroupChoice& choice) { return groups_->list(choice)->size(); }
  std::vector<ErrorGroup> change(std::int64_t id, const GroupChange& change) {
    auto changed = groups_->change({&id, 1}, change, "ada@x");
    EXPECT_TRUE(changed) << to_text(changed.error());
    return changed.value_or(std::vector<ErrorGroup>());
  }

  const penstock::testing::TempDir dir_;
  const std::string path_ = dir_.path("console.db");
  ManualClock clock_{kNow + 1'000};
  std::unique_ptr<ErrorGroups> groups_;
  std::vector<std::int64_t> ids_;
};

TEST_F(ErrorGroupsTest, AreChosen) {
  GroupChoice choice = all();
  choice.project = "shop";
  EXPECT_EQ(found(choice), 1u);
  choice = all();
  choice.search = "OF A FUNC";
  EXPECT_EQ(found(choice), 0u);
  choice.search = "NOT A FUNC";
  EXPECT_EQ(found(choice), 3u);
  choice.search = "t_of%s";
  EXPECT_EQ(found(choice), 1u);
  choice.search = "x%func";
  EXPECT_EQ(found(choice), 0u);
  choice = all();
  choice.last_seen_from_ms = kNow + 2;
  EXPECT_EQ(found(choice), 1u);
  choice = all();
  choice.first_seen_before_ms = kNow + 1;
  EXPECT_EQ(found(choice), 1u);
  choice = all();
  choice.state = GroupState::kResolved;
  EXPECT_EQ(found(choice), 0u);
}

TEST_F(ErrorGroupsTest, ChangeTheirStateAndSayBy) {
  const std::int64_t revision = groups_->progress("")->revision;
  GroupChange mute;
  mute.state = GroupState::kMuted;
  mute.mute_events = 10;
  mute.mute_until_grows = true;
  const auto muted = change(ids_[2], mute);
  ASSERT_EQ(muted.size(), 1u);
  EXPECT_EQ(muted[0].mute_until_count, 11u);
  EXPECT_EQ(muted[0].mute_hour_max, 10u);
  EXPECT_EQ(muted[0].state_by, "ada@x");
  EXPECT_EQ(muted[0].state_at_ms, kNow + 1'000);
  EXPECT_EQ((*groups_->counts(""))[GroupState::kMuted], 1u);
  EXPECT_EQ((*groups_->counts(""))[GroupState::kOpen], 2u);
  EXPECT_EQ((*groups_->counts("shop"))[GroupState::kOpen], 1u);
  EXPECT_GT(groups_->progress("")->revision, revision);

  GroupChange open;
  open.state = GroupState::kOpen;
  EXPECT_EQ(change(ids_[2], open)[0].mute_until_count, 0u);
  EXPECT_TRUE(change(999, open).empty());
}

TEST_F(ErrorGroupsTest, AreChangedAllOrNone) {
  GroupChange next;
  next.state = GroupState::kResolved;
  next.in_next_release = true;
  // Of the three only shop's has a release.
  const auto refused = groups_->change(ids_, next, "ada@x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRejected);
  EXPECT_EQ((*groups_->counts(""))[GroupState::kOpen], 3u);
  EXPECT_EQ(change(ids_[0], next)[0].resolved_release, "1.0");
  next.in_next_release = false;
  EXPECT_EQ(groups_->change(ids_, next, "ada@x")->size(), 3u);
}

TEST_F(ErrorGroupsTest, AreAssignedToUsersWhoMayGo) {
  GroupChange assign;
  assign.assignee = "ada@x";
  EXPECT_EQ(change(ids_[0], assign)[0].assignee, "ada@x");
  GroupChoice choice = all();
  choice.assignee = "ada@x";
  EXPECT_EQ(found(choice), 1u);
  choice.assignee = "none";
  EXPECT_EQ(found(choice), 2u);
  assign.assignee = "bob@x";
  EXPECT_FALSE(groups_->change(ids_, assign, "ada@x"));
  assign.assignee = "";
  EXPECT_EQ(change(ids_[0], assign)[0].assignee, "");
  assign.assignee = "ada@x";
  change(ids_[0], assign);
  auto database = open_console_db(path_);
  ASSERT_TRUE(database->execute("DELETE FROM users"));
  EXPECT_EQ((**groups_->find(ids_[0])).assignee, "");
  EXPECT_EQ((**groups_->find(ids_[0])).state, GroupState::kOpen);
}

TEST_F(ErrorGroupsTest, HaveNotes) {
  EXPECT_FALSE(groups_->add_note(ids_[0], "ada@x", ""));
  EXPECT_FALSE(groups_->add_note(ids_[0], "ada@x", std::string(kNoteBytesMax + 1, 'n')));
  EXPECT_FALSE(groups_->add_note(ids_[0], "ada@x", "\xff"));
  EXPECT_FALSE(groups_->add_note(999, "ada@x", "text")->has_value());
  const auto note = groups_->add_note(ids_[0], "ada@x", "deployed a fix");
  ASSERT_TRUE(note && *note);
  for (std::size_t i = 1; i < kNotesMax; ++i) {
    ASSERT_TRUE(groups_->add_note(ids_[0], "ada@x", str_cat("note ", i)));
  }
  EXPECT_FALSE(groups_->add_note(ids_[0], "ada@x", "one more"));
  const auto notes = groups_->notes(ids_[0]);
  ASSERT_EQ(notes->size(), kNotesMax);
  EXPECT_EQ(notes->front().text, "deployed a fix");
  EXPECT_EQ(notes->front().at_ms, kNow + 1'000);
  EXPECT_TRUE(groups_->notes(ids_[1])->empty());
  EXPECT_EQ((**groups_->find_note((*note)->id)).author, "ada@x");
  EXPECT_TRUE(*groups_->remove_note((*note)->id));
  EXPECT_FALSE(*groups_->remove_note((*note)->id));
  EXPECT_FALSE(groups_->find_note((*note)->id)->has_value());
}

}  // namespace
}  // namespace penstock::console
