#include "queue/sidekiq/poller.h"

#include <gmock/gmock.h>

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::int64_t kNow = 1'795'515'837'312;

class SidekiqPollerTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    poller_.emplace(*client_, clock_, "queue:low:dead", "host:7:abc");
  }

  ManualClock clock_{kNow};
  std::optional<SidekiqPoller> poller_;
};

TEST_F(SidekiqPollerTest, PushesWhatIsDueAndNothingElse) {
  call({"ZADD", "schedule", "1795515837.3", R"({"class":"A","args":[],"jid":"1","queue":"low"})"});
  call({"ZADD", "schedule", "1795515837.4", R"({"class":"B","args":[],"jid":"2","queue":"low"})"});
  call({"ZADD", "retry", "1795515800",
        R"({"class":"C","args":[1.50],"queue":"slow","retry_count":3})"});

  EXPECT_EQ(poller_->poll(100).value(), 2U);

  EXPECT_THAT(texts({"LRANGE", "queue:low", "0", "-1"}),
              ElementsAre(R"({"class":"A","args":[],"jid":"1","queue":"low","retry":true,)"
                          R"("created_at":1795515837.312,"enqueued_at":1795515837.312})"));
  EXPECT_THAT(texts({"LRANGE", "queue:slow", "0", "-1"}),
              ElementsAre(HasSubstr(R"("args":[1.50],"queue":"slow","retry_count":3)")));
  EXPECT_THAT(texts({"SMEMBERS", "queues"}), UnorderedElementsAre("low", "slow"));
  EXPECT_EQ(number({"ZCARD", "schedule"}), 1);
  EXPECT_EQ(number({"ZCARD", "retry"}), 0);
  EXPECT_EQ(poller_->poll(100).value(), 0U);
}

TEST_F(SidekiqPollerTest, MovesManyInSteps) {
  for (int i = 0; i < 350; ++i) {
    call({"ZADD", "retry", "1", "{\"jid\":\"" + std::to_string(i) + "\",\"queue\":\"low\"}"});
  }
  EXPECT_EQ(poller_->poll(200).value(), 200U);
  EXPECT_EQ(poller_->poll(200).value(), 150U);
  EXPECT_EQ(number({"LLEN", "queue:low"}), 350);
}

TEST_F(SidekiqPollerTest, SetsAsideWhatIsNoJob) {
  call({"ZADD", "schedule", "1", "no job", "2", "[1]"});

  EXPECT_EQ(poller_->poll(100).value(), 2U);

  EXPECT_EQ(number({"LLEN", "queue:low:dead"}), 2);
  EXPECT_EQ(number({"EXISTS", "schedule", "queues"}), 0);
}

// Where the push fails the job must still be in its set, and hold up no other.
TEST_F(SidekiqPollerTest, LeavesAJobWhoseQueueIsNoList) {
  call({"SET", "queue:odd", "text"});
  call({"ZADD", "retry", "1", R"({"queue":"odd"})", "2", R"({"queue":"low"})"});

  EXPECT_EQ(poller_->poll(100).value(), 1U);

  EXPECT_THAT(texts({"ZRANGE", "retry", "0", "-1"}), ElementsAre(R"({"queue":"odd"})"));
  EXPECT_EQ(number({"LLEN", "queue:low"}), 1);
}

TEST_F(SidekiqPollerTest, WaitsLongerTheMoreProcessesThereAre) {
  for (int i = 0; i < 50; ++i) {
    const std::int64_t alone_ms = poller_->next_wait_ms().value();
    EXPECT_GE(alone_ms, 2'500);
    EXPECT_LE(alone_ms, 7'500);
  }
  call({"SADD", "processes", "a", "b", "c", "d"});
  for (int i = 0; i < 50; ++i) {
    const std::int64_t four_ms = poller_->next_wait_ms().value();
    EXPECT_GE(four_ms, 10'000);
    EXPECT_LE(four_ms, 30'000);
  }
}

TEST_F(SidekiqPollerTest, ForgetsProcessesThatDiedOnceAMinute) {
  call({"SADD", "processes", "alive", "died"});
  call({"HSET", "alive", "info", "{}"});

  ASSERT_TRUE(poller_->prune_processes());

  EXPECT_THAT(texts({"SMEMBERS", "processes"}), ElementsAre("alive"));
  EXPECT_GT(number({"TTL", "process_cleanup"}), 50);
  call({"DEL", "alive"});
  ASSERT_TRUE(poller_->prune_processes());
  EXPECT_THAT(texts({"SMEMBERS", "processes"}), ElementsAre("alive"));
}

TEST_F(SidekiqPollerTest, LosesNothingWhereRedisIsFull) {
  call({"ZADD", "retry", "1", R"({"queue":"low"})"});
  make_full();

  EXPECT_EQ(poller_->poll(100).error().code, ErrorCode::kOverloaded);

  EXPECT_EQ(number({"ZCARD", "retry"}), 1);
  EXPECT_EQ(number({"LLEN", "queue:low"}), 0);
}

}  // namespace
}  // namespace penstock::queue
