#include "queue/redis/call.h"

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using RedisCall = SidekiqRedisTest;

TEST_F(RedisCall, AnswersWithTheReply) {
  const auto reply = redis_call(*client_, {"ECHO", "x"}, "step");

  ASSERT_TRUE(reply);
  EXPECT_EQ(std::string((*reply)->str, (*reply)->len), "x");
}

TEST_F(RedisCall, MakesAnErrorOfAnErrorReply) {
  call({"SET", "k", "x"});

  const auto reply = redis_call(*client_, {"LLEN", "k"}, "count");

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kConfiguration);
  EXPECT_STREQ(reply.error().step, "count");
}

TEST_F(RedisCall, SaysThatRedisIsFullAlsoFromWithinAScript) {
  make_full();

  const auto plain = redis_push(*client_, {"LPUSH", "l", "x"});
  const auto script =
      redis_push(*client_, {"EVAL", "return redis.call('LPUSH', KEYS[1], ARGV[1])", "1", "l", "x"});

  for (const auto& reply : {&plain, &script}) {
    ASSERT_FALSE(*reply);
    EXPECT_EQ(reply->error().code, ErrorCode::kOverloaded);
    EXPECT_STREQ(reply->error().step, "put a dead letter back: Redis is full");
  }
}

}  // namespace
}  // namespace penstock::queue
