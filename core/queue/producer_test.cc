#include "queue/producer.h"

#include <gtest/gtest.h>

#include "support/submissions.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

// What the producers do is tested in queue_test.cc; here, which one is made.
TEST(MakeProducer, FollowsTheConfiguration) {
  testing::TempDir dir;
  io::Loop loop;
  SystemClock clock;
  testing::Outcomes outcomes;
  ProducerOptions options;
  options.queue.spool.path = dir.path("spool");
  auto spool = make_producer(options, loop, clock, outcomes);
  options.queue.url = "redis+unix://" + dir.path("none.sock");
  auto redis = make_producer(options, loop, clock, outcomes);

  ASSERT_TRUE(spool && redis);
  EXPECT_EQ((*spool)->state().last_error, "");
  EXPECT_TRUE((*spool)->state().can_store);
  EXPECT_EQ((*redis)->state().last_error, "Redis: not connected yet");
  EXPECT_FALSE((*redis)->state().is_remote_up);
  EXPECT_TRUE((*redis)->state().can_store);
}

TEST(MakeProducer, NeedsTheSpoolAlsoWithRedis) {
  io::Loop loop;
  SystemClock clock;
  testing::Outcomes outcomes;
  ProducerOptions options;
  options.queue.spool.path = "/proc/none";
  EXPECT_EQ(make_producer(options, loop, clock, outcomes).error().code, ErrorCode::kConfiguration);
  options.queue.url = "redis+unix:///proc/none.sock";

  EXPECT_EQ(make_producer(options, loop, clock, outcomes).error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
