#include "queue/redis/holder.h"

#include <gtest/gtest.h>

#include "queue/redis/options.h"
#include "support/redis_server.h"

namespace penstock::queue {
namespace {

TEST(RedisHolder, IsWhoHasTheLeaseWithWhatItHasInHand) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  const SystemClock clock;
  QueueOptions options;
  options.url = redis.address().text();
  RedisClient client(*redis_options(options), clock);
  EXPECT_TRUE(read_holder(client, "events")->empty());

  ASSERT_TRUE(client.call({"SET", "events:lease", "host:1:ab"}));
  EXPECT_EQ(read_holder(client, "events")->front().busy, 0U);
  ASSERT_TRUE(
      client.call({"SET", "events:working:host:1:ab", R"({"messages":12,"at":1700000000000})"}));

  const auto seen = read_holder(client, "events");

  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 1U);
  EXPECT_EQ(seen->front().identity, "host:1:ab");
  EXPECT_EQ(seen->front().busy, 12U);
  EXPECT_EQ(seen->front().busy_ms, 1'700'000'000'000);
}

}  // namespace
}  // namespace penstock::queue
