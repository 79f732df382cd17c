#include "queue/look.h"

#include <gtest/gtest.h>

#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "support/redis_server.h"

namespace penstock::queue {
namespace {

TEST(QueueLook, KnowsNoWorkersOfASpool) {
  const SystemClock clock;
  const auto look = make_look({}, clock);
  ASSERT_TRUE(look);
  EXPECT_TRUE((*look)->workers()->empty());
  EXPECT_FALSE((*look)->has_timed_jobs());
}

TEST(QueueLook, SeesWhoHasARedisList) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  const SystemClock clock;
  ConsumerOptions options;
  options.queue.url = redis.address().text();
  RedisClient client(*redis_options(options.queue), clock);
  auto look = make_look(options, clock);
  ASSERT_TRUE(look);
  EXPECT_TRUE((*look)->workers()->empty());
  ASSERT_TRUE(client.call({"SET", "penstock:events:lease", "host:1:ab"}));
  ASSERT_EQ((*look)->workers()->size(), 1U);
  EXPECT_EQ((*look)->workers()->front().identity, "host:1:ab");
  EXPECT_FALSE((*look)->has_timed_jobs());
}

TEST(QueueLook, SeesSidekiqsProcessesAndSets) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  const SystemClock clock;
  ConsumerOptions options;
  options.queue.url = redis.address().text();
  options.queue.sidekiq_queue = "low";
  RedisClient client(*redis_options(options.queue), clock);
  ASSERT_TRUE(client.call({"SADD", "processes", "a:1:x"}));
  ASSERT_TRUE(client.call({"ZADD", "schedule", "1", "x"}));
  auto look = make_look(options, clock);
  ASSERT_TRUE(look);
  EXPECT_EQ((*look)->workers()->size(), 1U);
  ASSERT_TRUE((*look)->has_timed_jobs());
  EXPECT_EQ((*look)->timed_jobs(TimedSet::kSchedule, 0, 10)->total, 1U);
}

TEST(QueueLook, IsAtNoOtherUrl) {
  const SystemClock clock;
  ConsumerOptions options;
  options.queue.url = "ftp://x";
  EXPECT_FALSE(make_look(options, clock));
}

}  // namespace
}  // namespace penstock::queue
