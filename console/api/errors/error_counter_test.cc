#include "console/api/errors/error_counter.h"

#include <vector>

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "console/api/errors/error_groups.h"
#include "console/api/errors/error_testing.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

using testing::error_at;

constexpr std::int64_t kNow = 1'800'000'000'000;

class ErrorCounterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto counter = ErrorCounter::open(path_);
    ASSERT_TRUE(counter);
    counter_ = *std::move(counter);
    auto groups = ErrorGroups::open(path_, clock_);
    ASSERT_TRUE(groups);
    groups_ = *std::move(groups);
  }

  // As if the store had just these.
  ErrorCounter::Counted count(const std::vector<ErrorEvent>& errors) {
    const std::string from = *counter_->position();
    const auto counted = counter_->count(errors, from, str_cat(*parse_int(from) + 1'000), false);
    EXPECT_TRUE(counted) << to_text(counted.error());
    return counted.value_or(ErrorCounter::Counted{});
  }
  std::vector<GroupMark> marks() {
    GroupChoice all;
    all.first_seen_before_ms = kNow * 2;
    return *groups_->list(all);
  }
  ErrorGroup only() { return **groups_->find(marks().at(0).id); }
  void resolve_in_next_release() {
    GroupChange change;
    change.state = GroupState::kResolved;
    change.in_next_release = true;
    const std::int64_t id = marks().at(0).id;
    const auto changed = groups_->change({&id, 1}, change, "ada@x");
    ASSERT_TRUE(changed) << to_text(changed.error());
  }

  const penstock::testing::TempDir dir_;
  const std::string path_ = dir_.path("console.db");
  ManualClock clock_{kNow + 1'000};
  std::unique_ptr<ErrorCounter> counter_;
  std::unique_ptr<ErrorGroups> groups_;
};

TEST_F(ErrorCounterTest, CountsByProjectAndKey) {
  ErrorEvent other = error_at(kNow, "a");
  other.key.project = "shop";
  count({error_at(kNow, "a"), error_at(kNow + 1, "b"), error_at(kNow + 2, "a"), other});
  count({error_at(kNow + 3, "a")});
  const auto all = marks();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].key, (ErrorKey{"default", "a", "", ""}));
  EXPECT_EQ(all[0].count, 3u);
  EXPECT_EQ(all[0].first_seen_ms, kNow);
  EXPECT_EQ(all[0].last_seen_ms, kNow + 3);
  EXPECT_EQ(all[1].key.fingerprint, "b");
  EXPECT_EQ(all[2].key.project, "shop");
  EXPECT_FALSE(groups_->progress("")->is_behind);
}

// The position and the counts change together: what somebody else has counted is not counted again.
TEST_F(ErrorCounterTest, CountsNothingTwice) {
  EXPECT_EQ(*counter_->position(), "0");
  ASSERT_TRUE(counter_->count(std::vector{error_at(kNow, "a")}, "0", "5", true));
  const auto again = counter_->count(std::vector{error_at(kNow, "a")}, "0", "5", true);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(only().count, 1u);
  EXPECT_TRUE(groups_->progress("")->is_behind);
  auto second = ErrorCounter::open(path_);
  EXPECT_EQ(*(*second)->position(), "5");
}

TEST_F(ErrorCounterTest, OpensWhatComesBack) {
  count({error_at(kNow, "a")});
  const std::int64_t id = only().id;
  GroupChange change;
  change.state = GroupState::kResolved;
  ASSERT_TRUE(groups_->change({&id, 1}, change, "ada@x"));
  EXPECT_EQ(count({error_at(kNow + 500, "a")}).reopened, 0u);
  EXPECT_EQ(only().state, GroupState::kResolved);
  EXPECT_EQ(count({error_at(kNow + 1'001, "a")}).reopened, 1u);
  EXPECT_EQ(only().state, GroupState::kOpen);
  EXPECT_EQ(only().reopened_by, "came_back");
}

TEST_F(ErrorCounterTest, KnowsTheNextReleaseByItsNumber) {
  count({error_at(kNow, "a", "shop@1.9"), error_at(kNow, "b", "shop@1.10"),
         error_at(kNow, "b", "1.12")});
  count({error_at(kNow + 1, "a", "shop@1.8")});
  resolve_in_next_release();
  EXPECT_EQ(only().resolved_release, "shop@1.10");
  EXPECT_EQ(count({error_at(kNow + 2'000, "a", "shop@1.10"), error_at(kNow + 2'001, "a"),
                   error_at(kNow + 2'002, "a", "shop@1.9.9")})
                .reopened,
            0u);
  EXPECT_EQ(count({error_at(kNow + 2'003, "a", "shop@1.11")}).reopened, 1u);
  EXPECT_EQ(only().reopened_by, "new_release");
}

// Hashes do not tell: the next release is one that was not there before.
TEST_F(ErrorCounterTest, KnowsTheNextReleaseByWhenItCame) {
  count({error_at(kNow - 2, "a", "9f3c"), error_at(kNow - 1, "b", "0a1b"),
         error_at(kNow, "a", "77ee")});
  resolve_in_next_release();
  EXPECT_EQ(only().resolved_release, "77ee");
  EXPECT_EQ(
      count({error_at(kNow + 2'000, "a", "77ee"), error_at(kNow + 2'001, "a", "0a1b")}).reopened,
      0u);
  EXPECT_EQ(count({error_at(kNow + 2'002, "a", "0001")}).reopened, 1u);
}

TEST_F(ErrorCounterTest, KeepsABoundedNumberOfReleases) {
  std::vector<ErrorEvent> errors;
  for (int i = 0; i < kReleasesMax + 10; ++i) {
    errors.push_back(error_at(kNow + i, "a", str_cat("build-", i)));
  }
  count(errors);
  auto database = open_console_db(path_);
  auto query = database->prepare("SELECT count(*), min(first_seen_at) FROM error_releases");
  ASSERT_TRUE(query && *query->step());
  EXPECT_EQ(query->integer(0), kReleasesMax);
  EXPECT_EQ(query->integer(1), kNow + 10);
}

// A full project says how many events it had no room for; what has not come for long makes room.
TEST_F(ErrorCounterTest, HasABoundedNumberOfGroups) {
  std::vector<ErrorEvent> errors;
  for (std::size_t i = 0; i < kGroupsMax; ++i) {
    const bool is_old = i < 3;
    errors.push_back(error_at(is_old ? kNow - kForgottenAfterMs - 10 + static_cast<int>(i) : kNow,
                              str_cat("f", i)));
  }
  EXPECT_EQ(count(errors).refused, 0u);
  GroupChange change;
  change.assignee = "";
  const auto id_of = [&](std::string_view fingerprint) {
    for (const GroupMark& mark : marks()) {
      if (mark.key.fingerprint == fingerprint) return mark.id;
    }
    return std::int64_t{0};
  };
  ASSERT_TRUE(groups_->add_note(id_of("f0"), "ada@x", "ours"));
  // f1 comes again in the same piece, so f2 is forgotten, and then there is no room.
  const auto counted = count({error_at(kNow, "f1"), error_at(kNow, "new"), error_at(kNow, "more"),
                              error_at(kNow, "more"), error_at(kNow, "f7")});
  EXPECT_EQ(counted.refused, 2u);
  EXPECT_EQ(marks().size(), kGroupsMax);
  EXPECT_NE(id_of("f0"), 0);
  EXPECT_NE(id_of("f1"), 0);
  EXPECT_EQ(id_of("f2"), 0);
  EXPECT_NE(id_of("new"), 0);
  EXPECT_EQ(id_of("more"), 0);
  EXPECT_EQ(groups_->progress("default")->refused, 2u);
  EXPECT_EQ(groups_->progress("shop")->refused, 0u);
}

}  // namespace
}  // namespace penstock::console
