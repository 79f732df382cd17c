#include "console/api/errors/error_group.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(ErrorGroup, StatesAreReadAsTheyAreWritten) {
  for (const auto state :
       {GroupState::kOpen, GroupState::kResolved, GroupState::kMuted, GroupState::kIgnored}) {
    EXPECT_EQ(group_state_of(to_text(state)), state);
  }
  EXPECT_EQ(to_text(GroupState::kIgnored), "ignored");
  EXPECT_EQ(to_text(Reopening::kGrowth), "growth");
  EXPECT_FALSE(group_state_of(""));
  EXPECT_FALSE(group_state_of("Open"));
}

}  // namespace
}  // namespace penstock::console
