#include "queue/letters/put_back.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "queue/redis/redis_testing.h"
#include "queue/spool/census.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

constexpr std::string_view kMessages[] = {"a", "b"};

TEST(PutBackToSpool, WritesAClosedSegmentOfADeadInstance) {
  testing::TempDir dir;
  const ManualClock clock(5'000);
  const SpoolOptions options{dir.path("spool"), 1 << 20, 1 << 20};

  ASSERT_TRUE(put_back_to_spool(options, clock)(kMessages));
  ASSERT_TRUE(put_back_to_spool(options, clock)(kMessages));

  const auto instances = list_instances(options.path);
  ASSERT_EQ(instances.size(), 2U) << "one shares none with another";
  for (const std::string& instance : instances) {
    EXPECT_TRUE(is_instance_dead(options.path, instance));
    const auto segments = list_segments(options.path, instance);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_TRUE(is_segment_closed(segments[0].path(options.path)));
  }
  const auto waiting = peek_spool(options.path, 10, 100);
  ASSERT_EQ(waiting.size(), 4U);
  EXPECT_EQ(waiting.front().message, "a");
  EXPECT_EQ(waiting.front().at_ms, 5'000);
}

TEST(PutBackToSpool, LeavesNothingBehindWhereTheSpoolIsFull) {
  testing::TempDir dir;
  const SystemClock clock;
  const SpoolOptions options{dir.path("spool"), 1, 1};

  EXPECT_EQ(put_back_to_spool(options, clock)(kMessages).error().code, ErrorCode::kOverloaded);

  EXPECT_TRUE(list_instances(options.path).empty());
}

TEST(PutBackToSpool, SaysWhereItCannotWrite) {
  const SystemClock clock;
  const SpoolOptions options{"/proc/none", 1 << 20, 1 << 20};

  EXPECT_FALSE(put_back_to_spool(options, clock)(kMessages));
}

using PutBackToRedis = SidekiqRedisTest;

TEST_F(PutBackToRedis, PushesAtTheEndAsAProducerDoes) {
  call({"LPUSH", "queue:low", "before"});

  ASSERT_TRUE(put_back_to_redis(options_, *client_)(kMessages));

  EXPECT_EQ(texts({"LRANGE", "queue:low", "0", "-1"}),
            (std::vector<std::string>{"b", "a", "before"}));
  EXPECT_EQ(texts({"SMEMBERS", "queues"}), std::vector<std::string>{"low"});
}

TEST_F(PutBackToRedis, SaysWhenRedisIsFull) {
  make_full();

  const auto done = put_back_to_redis(options_, *client_)(kMessages);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kOverloaded);
  EXPECT_STREQ(done.error().step, "put a dead letter back: Redis is full");
}

}  // namespace
}  // namespace penstock::queue
