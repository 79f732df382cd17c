#include "queue/redis/keys.h"

#include <string>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "queue/redis/client.h"
#include "support/redis_server.h"

namespace penstock::queue {
namespace {

TEST(RedisKeys, AreNamedAsTheContractSays) {
  const RedisKeys keys("penstock:events");
  EXPECT_EQ(keys.list(), "penstock:events");
  EXPECT_EQ(keys.dead(), "penstock:events:dead");
  EXPECT_EQ(keys.lease(), "penstock:events:lease");
  EXPECT_EQ(keys.receipts(), "penstock:events:receipts");
  EXPECT_EQ(keys.working("host:1:a"), "penstock:events:working:host:1:a");
}

TEST(RedisKeys, LeaveAHashTagAloneThatIsThere) {
  const RedisKeys keys("{penstock}:events", RedisKeys::HashTag::kShared);
  EXPECT_EQ(keys.dead(), "{penstock}:events:dead");
}

TEST(RedisKeys, ShareOneSlotWhereThatIsWanted) {
  testing::RedisServer redis(
      {"--cluster-enabled", "yes", "--cluster-port", std::to_string(testing::free_port())});
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  const auto slot = [&](const std::string& name) {
    const auto reply = client.call({"CLUSTER", "KEYSLOT", name});
    return reply ? (*reply)->integer : -1;
  };
  for (const char* key : {"penstock:events", "{a}:b", "a{b"}) {
    const RedisKeys keys(key, RedisKeys::HashTag::kShared);
    EXPECT_EQ(keys.list(), key);
    for (const std::string& name :
         {keys.dead(), keys.lease(), keys.receipts(), keys.working("w")}) {
      EXPECT_EQ(slot(name), slot(keys.list())) << name;
    }
  }
}

}  // namespace
}  // namespace penstock::queue
