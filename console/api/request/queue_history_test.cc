#include "console/api/request/queue_history.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::console {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;  // A whole hour.

QueueSample sample(std::int64_t at_s, std::int64_t depth) {
  QueueSample one;
  one.at_s = at_s;
  one.depth = depth;
  one.oldest_ms = depth * 10;
  one.dead = 1;
  one.seconds = 60;
  one.messages_in = 30;
  one.messages_out = 20;
  one.events_out = 200;
  return one;
}

class History : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  QueueHistory history_ = *QueueHistory::open(dir_.path("queue_history.db"));
};

TEST_F(History, GathersSamplesByStep) {
  ASSERT_TRUE(history_.add(sample(kNow, 5)));
  ASSERT_TRUE(history_.add(sample(kNow + 60, 9)));
  ASSERT_TRUE(history_.add(sample(kNow + 300, 1)));

  const auto steps = history_.read(kNow, kNow + 600, 300);

  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 2U);
  EXPECT_EQ((*steps)[0].at_s, kNow);
  EXPECT_EQ((*steps)[0].depth, 9);
  EXPECT_EQ((*steps)[0].oldest_ms, 90);
  EXPECT_DOUBLE_EQ(*(*steps)[0].messages_in, 30.0);
  EXPECT_DOUBLE_EQ(*(*steps)[0].events_out, 200.0);
  EXPECT_EQ((*steps)[1].at_s, kNow + 300);
  EXPECT_EQ((*steps)[1].depth, 1);
}

TEST_F(History, WhatIsNotKnownIsNot0) {
  QueueSample unknown;
  unknown.at_s = kNow;
  ASSERT_TRUE(history_.add(unknown));
  QueueSample half = sample(kNow + 600, 3);
  half.messages_in.reset();
  ASSERT_TRUE(history_.add(half));
  ASSERT_TRUE(history_.add(sample(kNow + 660, 3)));

  const auto steps = history_.read(kNow, kNow + 900, 300);

  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 2U) << "a step without a sample is none";
  EXPECT_FALSE((*steps)[0].depth);
  EXPECT_FALSE((*steps)[0].dead);
  EXPECT_FALSE((*steps)[0].messages_out);
  EXPECT_DOUBLE_EQ(*(*steps)[1].messages_in, 30.0) << "of the sample that knows";
  EXPECT_DOUBLE_EQ(*(*steps)[1].messages_out, 20.0);
}

TEST_F(History, KeepsOneAMinuteForThirtyDays) {
  ASSERT_TRUE(history_.add(sample(kNow, 1)));
  ASSERT_TRUE(history_.add(sample(kNow + 59, 2)));
  EXPECT_EQ(history_.read(kNow, kNow + 60, 60)->front().depth, 2);

  ASSERT_TRUE(history_.add(sample(kNow + kHistoryKeptS + 60, 3)));

  const auto steps = history_.read(0, kNow + kHistoryKeptS + 120, 60);
  ASSERT_EQ(steps->size(), 1U);
  EXPECT_EQ(steps->front().depth, 3);
}

TEST(HistoryFile, IsReadWhileItIsWritten) {
  const testing::TempDir dir;
  auto writer = QueueHistory::open(dir.path("h.db"));
  auto reader = QueueHistory::open(dir.path("h.db"));
  ASSERT_TRUE(writer && reader);
  ASSERT_TRUE(writer->add(sample(kNow, 1)));
  EXPECT_EQ(reader->read(kNow, kNow + 60, 60)->size(), 1U);
}

}  // namespace
}  // namespace penstock::console
