#include "queue/sidekiq/state.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(SidekiqState, GivesEachCountOnce) {
  SidekiqState state;
  state.add({5, 2});
  state.add({1, 1});

  const SidekiqCounts taken = state.take();
  EXPECT_EQ(taken.processed, 6U);
  EXPECT_EQ(taken.failed, 3U);
  EXPECT_EQ(state.take().processed, 0U);

  state.add(taken);
  EXPECT_EQ(state.take().failed, 3U);
}

TEST(SidekiqState, StaysQuiet) {
  SidekiqState state;
  EXPECT_FALSE(state.is_quiet());
  state.quieten();
  EXPECT_TRUE(state.is_quiet());
}

}  // namespace
}  // namespace penstock::queue
