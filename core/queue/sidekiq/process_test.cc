#include "queue/sidekiq/process.h"

#include <atomic>

#include "queue/redis/consumer.h"
#include "queue/redis/redis_testing.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class SidekiqProcessTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    SidekiqProcessOptions options;
    options.redis = options_;
    options.identity = "host:7:abc";
    options.job_class = "ProcessRequestJob";
    options.version = "1.2.3";
    options.beat_ms = 5;
    options.first_poll_ms = 5;
    process_.emplace(options, system_clock_, [this] { ++stops_; });
  }
  std::unique_ptr<Consumer> consumer() {
    return process_->wrap(std::make_unique<RedisConsumer>(
        options_, SpoolOptions{dir_.path("spool"), 1, 1}, "host:7:abc", system_clock_));
  }
  bool comes(std::initializer_list<std::string_view> command, std::string_view answer) {
    return testing::wait_until([&] { return text(command) == answer; });
  }

  testing::TempDir dir_;
  std::atomic<int> stops_{0};
  std::optional<SidekiqProcess> process_;
};

TEST_F(SidekiqProcessTest, ShowsItselfItsWorkAndItsNumbersUntilItStops) {
  call({"LPUSH", "queue:low", R"({"class":"X","args":[{}]})"});
  process_->start();
  auto consumer = this->consumer();
  ASSERT_EQ(consumer->claim(10, 1 << 20, 1'000)->messages.size(), 1U);
  EXPECT_TRUE(comes({"HGET", "host:7:abc", "busy"}, "1"));
  ASSERT_TRUE(consumer->release());
  EXPECT_TRUE(comes({"HGET", "host:7:abc", "busy"}, "0"));
  EXPECT_TRUE(comes({"GET", "stat:processed"}, "1"));
  EXPECT_EQ(number({"SISMEMBER", "processes", "host:7:abc"}), 1);

  process_->stop();

  EXPECT_EQ(number({"SISMEMBER", "processes", "host:7:abc"}), 0);
  EXPECT_EQ(stops_, 0);
}

TEST_F(SidekiqProcessTest, ObeysTheButtons) {
  call({"LPUSH", "queue:low", R"({"class":"X","args":[{}]})"});
  process_->start();
  auto consumer = this->consumer();

  call({"LPUSH", "host:7:abc-signals", "TSTP"});
  EXPECT_TRUE(comes({"HGET", "host:7:abc", "quiet"}, "true"));
  EXPECT_TRUE(consumer->claim(10, 1 << 20, 0)->messages.empty());
  EXPECT_EQ(stops_, 0);

  call({"LPUSH", "host:7:abc-signals", "TERM"});
  EXPECT_TRUE(testing::wait_until([this] { return stops_ == 1; }));
}

TEST_F(SidekiqProcessTest, BringsOutWhatIsDue) {
  call({"ZADD", "schedule", "1", R"({"class":"X","args":[],"queue":"low"})"});
  process_->start();
  EXPECT_TRUE(testing::wait_until([this] { return number({"LLEN", "queue:low"}) == 1; }));
}

TEST_F(SidekiqProcessTest, OutlivesItsRedis) {
  process_->start();
  EXPECT_TRUE(comes({"HGET", "host:7:abc", "busy"}, "0"));
  redis_.kill();
  ASSERT_TRUE(redis_.start());
  client_.emplace(options_, system_clock_);
  call({"DEL", "processes"});
  EXPECT_TRUE(testing::wait_until([this] {
    return number({"SISMEMBER", "processes", "host:7:abc"}) == 1;
  }));
}

TEST_F(SidekiqProcessTest, StopsWithoutARedis) {
  process_->start();
  EXPECT_TRUE(comes({"HGET", "host:7:abc", "busy"}, "0"));
  redis_.kill();
  process_->stop();
}

}  // namespace
}  // namespace penstock::queue
