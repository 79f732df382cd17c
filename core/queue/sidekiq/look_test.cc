#include "queue/sidekiq/look.h"

#include <gtest/gtest.h>

#include "queue/redis/options.h"
#include "support/redis_server.h"

namespace penstock::queue {
namespace {

class SidekiqLook : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(redis_.start());
    QueueOptions options;
    options.url = redis_.address().text();
    client_.emplace(*redis_options(options), clock_);
  }

  testing::RedisServer redis_;
  SystemClock clock_;
  std::optional<RedisClient> client_;
};

TEST_F(SidekiqLook, SeesProcessesAndWhatTheyHaveInHand) {
  for (const char* identity : {"b:2:x", "a:1:x"}) {
    ASSERT_TRUE(client_->call({"SADD", "processes", identity}));
  }
  ASSERT_TRUE(client_->call({"HSET", "a:1:x", "info", R"({"started_at":1700000000.5})", "busy", "2",
                             "beat", "1700000100.25", "quiet", "true"}));
  ASSERT_TRUE(client_->call({"HSET", "a:1:x:work", "t1", R"({"run_at":1700000090})", "t2",
                             R"({"run_at":1700000080})", "t3", "no JSON"}));

  const auto seen = read_sidekiq_processes(*client_);

  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 2U);
  const SeenWorker& one = seen->front();
  EXPECT_EQ(one.identity, "a:1:x");
  EXPECT_EQ(one.started_ms, 1'700'000'000'500);
  EXPECT_EQ(one.seen_ms, 1'700'000'100'250);
  EXPECT_EQ(one.busy, 2U);
  EXPECT_EQ(one.busy_ms, 1'700'000'080'000);
  EXPECT_TRUE(one.is_quiet);
  EXPECT_FALSE(one.is_gone);
  EXPECT_TRUE(seen->back().is_gone);
}

TEST_F(SidekiqLook, ReadsJobsByTheirTime) {
  ASSERT_TRUE(client_->call({"ZADD", "retry", "20", "b", "10.5", "a", "30", "c"}));

  const auto page = read_timed_jobs(*client_, TimedSet::kRetry, 1, 1);

  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 3U);
  ASSERT_EQ(page->jobs.size(), 1U);
  EXPECT_EQ(page->jobs.front().job, "b");
  EXPECT_EQ(page->jobs.front().at_ms, 20'000);
  EXPECT_EQ(read_timed_jobs(*client_, TimedSet::kSchedule, 0, 10)->total, 0U);
}

TEST_F(SidekiqLook, FailsWhereAKeyIsSomethingElse) {
  ASSERT_TRUE(client_->call({"SET", "retry", "x"}));
  ASSERT_TRUE(client_->call({"SET", "processes", "x"}));
  EXPECT_FALSE(read_timed_jobs(*client_, TimedSet::kRetry, 0, 1));
  EXPECT_FALSE(read_sidekiq_processes(*client_));
}

}  // namespace
}  // namespace penstock::queue
