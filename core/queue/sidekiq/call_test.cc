#include "queue/sidekiq/call.h"

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using SidekiqCallTest = SidekiqRedisTest;

TEST_F(SidekiqCallTest, TellsAnErrorReplyFromAReply) {
  EXPECT_EQ((*sidekiq_call(*client_, {"SET", "a", "1"}, "set"))->type, REDIS_REPLY_STATUS);
  EXPECT_EQ(sidekiq_call(*client_, {"LPUSH", "a", "1"}, "push").error().code,
            ErrorCode::kConfiguration);
  redis_.kill();
  EXPECT_EQ(sidekiq_call(*client_, {"PING"}, "ping").error().code, ErrorCode::kDisconnected);
}

TEST(SidekiqScore, IsSecondsWithAPoint) {
  EXPECT_EQ(sidekiq_score(1'795'515'837'000), "1795515837.000");
}

}  // namespace
}  // namespace penstock::queue
