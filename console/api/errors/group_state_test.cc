#include "console/api/errors/group_state.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kNow = 500'000 * kHour;

ErrorEvent at(std::int64_t at_ms, std::string release = "") {
  ErrorEvent error;
  error.key = {"default", "f", "", ""};
  error.class_name = "E";
  error.message = str_cat("at ", at_ms);
  error.release = std::move(release);
  error.id = str_cat(at_ms);
  error.occurred_at_ms = at_ms;
  error.received_at_ms = at_ms + 7;
  return error;
}

ErrorGroup group_in(GroupState state) {
  ErrorGroup group = new_group(at(kNow - 10));
  group.state = state;
  group.state_at_ms = kNow;
  group.state_by = "ada@x";
  return group;
}

TEST(GroupStates, ShowTheNewestEventAndCountAll) {
  ErrorGroup group = new_group(at(kNow, "1.1"));
  EXPECT_FALSE(add_event(group, at(kNow + 5, ""), false));
  EXPECT_FALSE(add_event(group, at(kNow - 5, "1.0"), false));
  EXPECT_EQ(group.count, 3u);
  EXPECT_EQ(group.first_seen_ms, kNow - 5);
  EXPECT_EQ(group.last_seen_ms, kNow + 5);
  EXPECT_EQ(group.message, str_cat("at ", kNow + 5));
  EXPECT_EQ(group.sample_id, str_cat(kNow + 5));
  EXPECT_EQ(group.first_release, "1.0");
  EXPECT_EQ(group.last_release, "1.1");
}

TEST(GroupStates, AResolvedOneOpensWhenItHappensAgain) {
  ErrorGroup group = group_in(GroupState::kResolved);
  // It came late, but was before.
  EXPECT_FALSE(add_event(group, at(kNow - 1), false));
  EXPECT_EQ(group.state, GroupState::kResolved);
  EXPECT_EQ(add_event(group, at(kNow + 1), false), Reopening::kCameBack);
  EXPECT_EQ(group.state, GroupState::kOpen);
  EXPECT_EQ(group.reopened_at_ms, kNow + 8);
  EXPECT_EQ(group.reopened_by, "came_back");
  EXPECT_EQ(group.state_by, "");
  EXPECT_FALSE(add_event(group, at(kNow + 2), false));
}

TEST(GroupStates, OneThatIsResolvedInTheNextReleaseWaitsForIt) {
  ErrorGroup group = group_in(GroupState::kResolved);
  group.resolved_release = "1.4";
  EXPECT_FALSE(add_event(group, at(kNow + 1, "1.4"), false));
  EXPECT_FALSE(add_event(group, at(kNow - 1, "1.5"), true));
  EXPECT_EQ(group.state, GroupState::kResolved);
  EXPECT_EQ(add_event(group, at(kNow + 2, "1.5"), true), Reopening::kNewRelease);
  EXPECT_EQ(group.resolved_release, "");
}

TEST(GroupStates, AMutedOneOpensAtItsCount) {
  ErrorGroup group = group_in(GroupState::kMuted);
  group.mute_until_count = 4;
  EXPECT_FALSE(add_event(group, at(kNow + 1), false));
  EXPECT_FALSE(add_event(group, at(kNow + 2), false));
  EXPECT_EQ(group.state, GroupState::kMuted);
  EXPECT_EQ(add_event(group, at(kNow + 3), false), Reopening::kCount);
  EXPECT_EQ(group.mute_until_count, 0u);
}

TEST(GroupStates, AMutedOneOpensWhenItGrows) {
  ErrorGroup group = group_in(GroupState::kOpen);
  for (int i = 0; i < 8; ++i) add_event(group, at(kNow + i), false);
  EXPECT_EQ(group.hour_count, 8u);
  EXPECT_EQ(quiet_hour_max(group), 16u);
  group.state = GroupState::kMuted;
  group.state_at_ms = kNow + 10;
  group.mute_hour_max = quiet_hour_max(group);
  for (int i = 0; i < 16; ++i) {
    EXPECT_FALSE(add_event(group, at(kNow + 2 * kHour + i), false)) << i;
  }
  EXPECT_EQ(add_event(group, at(kNow + 2 * kHour + 20), false), Reopening::kGrowth);
}

TEST(GroupStates, GrowthIsMeasuredByTheWeekBefore) {
  ErrorGroup group = new_group(at(kNow));
  EXPECT_EQ(quiet_hour_max(group), kGrowthMin);
  for (int i = 0; i < 99; ++i) add_event(group, at(kNow + i), false);
  add_event(group, at(kNow + kHour), false);
  EXPECT_EQ(group.peak_count, 100u);
  EXPECT_EQ(quiet_hour_max(group), 200u);
  // An hour that is over is not counted on.
  add_event(group, at(kNow), false);
  EXPECT_EQ(group.hour_count, 1u);
  add_event(group, at(kNow + 6 * 24 * kHour), false);
  EXPECT_EQ(quiet_hour_max(group), 200u);
  add_event(group, at(kNow + 8 * 24 * kHour), false);
  EXPECT_EQ(quiet_hour_max(group), kGrowthMin);
}

TEST(GroupStates, AnIgnoredOneStaysSo) {
  ErrorGroup group = group_in(GroupState::kIgnored);
  for (int i = 1; i < 100; ++i) EXPECT_FALSE(add_event(group, at(kNow + i), true));
  EXPECT_EQ(group.state, GroupState::kIgnored);
  EXPECT_EQ(group.count, 100u);
}

}  // namespace
}  // namespace penstock::console
