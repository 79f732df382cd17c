#include "queue/redis/inspector.h"

#include <gtest/gtest.h>

#include "queue/spool/dead_letters.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(RedisInspector, CountsBothPlacesOfDeadLetters) {
  testing::TempDir dir;
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  ASSERT_TRUE(client.call({"LPUSH", options.key, "a", "b"}));
  ASSERT_TRUE(client.call({"LPUSH", options.key + ":dead", "c"}));
  ASSERT_TRUE(DeadLetterFile(dir.path()).add({"m", "r", 1, "o"}));

  RedisInspector inspector(options, {dir.path(), 1, 1}, clock);

  EXPECT_EQ(inspector.state()->depth, 2U);
  EXPECT_EQ(inspector.state()->oldest_seconds, 0);
  EXPECT_EQ(inspector.dead_letters().value(), 2U);
}

TEST(RedisInspector, PeeksAtTheOldestWithinItsLimits) {
  testing::TempDir dir;
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  ASSERT_TRUE(client.call({"LPUSH", options.key, R"({"class":"X","created_at":1.5})", "bb", ""}));
  RedisInspector inspector(options, {dir.path(), 1, 1}, clock);

  const auto all = inspector.peek(10, 1 << 20);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->at(0).at_ms, 1'500);
  EXPECT_EQ(all->at(1).message, "bb");
  EXPECT_EQ(all->at(1).at_ms, 0);
  EXPECT_EQ(all->at(2).message, "");
  EXPECT_EQ(inspector.peek(2, 1 << 20)->size(), 2U);
  EXPECT_EQ(inspector.peek(10, 1)->size(), 1U) << "one, whatever its size";
  EXPECT_EQ(inspector.state()->depth, 3U);

  ASSERT_TRUE(client.call({"DEL", options.key}));
  EXPECT_TRUE(inspector.peek(10, 1)->empty());
  ASSERT_TRUE(client.call({"SET", options.key, "no list"}));
  EXPECT_EQ(inspector.peek(10, 1).error().code, ErrorCode::kConfiguration);
}

TEST(RedisInspector, SaysWhenRedisIsAway) {
  testing::TempDir dir;
  SystemClock clock;
  RedisOptions options;
  options.address.unix_path = dir.path("none.sock");
  RedisInspector inspector(options, {dir.path(), 1, 1}, clock);

  EXPECT_EQ(inspector.state().error().code, ErrorCode::kDisconnected);
}

TEST(RedisInspector, WarnsOfWhatLosesEvents) {
  testing::TempDir dir;
  testing::RedisServer redis({"--maxmemory", "20mb"});
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  RedisInspector inspector(options, {dir.path(), 1, 1}, clock);
  EXPECT_TRUE(inspector.warnings()->empty());

  ASSERT_TRUE(client.call({"CONFIG", "SET", "maxmemory-policy", "allkeys-random"}));
  ASSERT_TRUE(client.call({"CONFIG", "SET", "appendonly", "no"}));
  ASSERT_TRUE(client.call({"SET", options.key, "no list"}));

  const auto warnings = inspector.warnings();
  ASSERT_TRUE(warnings);
  ASSERT_EQ(warnings->size(), 3U);
  EXPECT_NE(warnings->at(0).find("allkeys-random"), std::string::npos);
  EXPECT_NE(warnings->at(1).find("appendonly yes"), std::string::npos);
  EXPECT_NE(warnings->at(2).find("holds a string"), std::string::npos);
}

}  // namespace
}  // namespace penstock::queue
