#include "queue/redis/call.h"

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using RedisCall = SidekiqRedisTest;

TEST_F(RedisCall, AnswersWithTheReply) {
  const auto reply = redis_ok(client_->call({"ECHO", "x"}), "step");

  ASSERT_TRUE(reply);
  EXPECT_EQ(std::string((*reply)->str, (*reply)->len), "x");
}

TEST_F(RedisCall, MakesAnErrorOfAnErrorReply) {
  call({"SET", "k", "x"});

  const auto silent = redis_ok(client_->call({"LLEN", "k"}), "count");
  const auto logged = redis_ok_or_log(client_->call({"LLEN", "k"}), "count");

  for (const auto& reply : {&silent, &logged}) {
    ASSERT_FALSE(*reply);
    EXPECT_EQ(reply->error().code, ErrorCode::kConfiguration);
    EXPECT_STREQ(reply->error().step, "count");
  }
  redis_.kill();
  EXPECT_EQ(redis_ok(client_->call({"PING"}), "ping").error().code, ErrorCode::kDisconnected);
}

TEST_F(RedisCall, SaysThatRedisIsFullAlsoFromWithinAScript) {
  make_full();

  const auto plain = redis_put_back(client_->call({"LPUSH", "l", "x"}));
  const auto script = redis_put_back(
      client_->call({"EVAL", "return redis.call('LPUSH', KEYS[1], ARGV[1])", "1", "l", "x"}));

  for (const auto& reply : {&plain, &script}) {
    ASSERT_FALSE(*reply);
    EXPECT_EQ(reply->error().code, ErrorCode::kOverloaded);
    EXPECT_STREQ(reply->error().step, "put a dead letter back: Redis is full");
  }
}

}  // namespace
}  // namespace penstock::queue
