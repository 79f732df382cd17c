#include "queue/sidekiq/beat.h"

#include <gmock/gmock.h>

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kNow = 1'795'515'837'312;  // On 2026-11-24.

class SidekiqBeatTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    beat_.emplace(*client_, state_, clock_, "host:7:abc", "{\"info\":1}");
  }
  std::vector<std::string> beat() {
    auto signals = beat_->beat();
    EXPECT_TRUE(signals);
    return signals.value_or(std::vector<std::string>{"failed"});
  }

  ManualClock clock_{kNow};
  SidekiqState state_;
  std::optional<SidekiqBeat> beat_;
};

TEST_F(SidekiqBeatTest, ShowsTheProcessForAMinute) {
  EXPECT_THAT(beat(), IsEmpty());

  EXPECT_THAT(texts({"SMEMBERS", "processes"}), ElementsAre("host:7:abc"));
  EXPECT_THAT(texts({"HMGET", "host:7:abc", "info", "busy", "beat", "quiet", "concurrency"}),
              ElementsAre("{\"info\":1}", "0", "1795515837.312", "false", "1"));
  EXPECT_GT(std::stol(text({"HGET", "host:7:abc", "rss"})), 100);
  EXPECT_NE(text({"HGET", "host:7:abc", "rtt_us"}), "");
  EXPECT_GT(number({"TTL", "host:7:abc"}), 50);
  EXPECT_EQ(number({"EXISTS", "host:7:abc:workers", "host:7:abc:work", "stat:processed"}), 0);
}

TEST_F(SidekiqBeatTest, ShowsTheWorkInHandUnderBothNames) {
  state_.set_work("{\"queue\":\"low\"}");
  beat();
  for (const char* key : {"host:7:abc:workers", "host:7:abc:work"}) {
    EXPECT_THAT(texts({"HVALS", key}), ElementsAre("{\"queue\":\"low\"}"));
    EXPECT_GT(number({"TTL", key}), 50);
  }
  EXPECT_EQ(text({"HGET", "host:7:abc", "busy"}), "1");

  state_.set_work("");
  beat();
  EXPECT_EQ(number({"EXISTS", "host:7:abc:workers", "host:7:abc:work"}), 0);
}

TEST_F(SidekiqBeatTest, AddsTheCountsOfTheDay) {
  state_.add({5, 2});
  beat();
  state_.add({1, 0});
  beat();
  beat();

  EXPECT_EQ(text({"GET", "stat:processed"}), "6");
  EXPECT_EQ(text({"GET", "stat:failed"}), "2");
  EXPECT_EQ(text({"GET", "stat:processed:2026-11-24"}), "6");
  EXPECT_EQ(text({"GET", "stat:failed:2026-11-24"}), "2");
  EXPECT_GT(number({"TTL", "stat:failed:2026-11-24"}), 157'000'000);
}

TEST_F(SidekiqBeatTest, TakesSignalsInTheOrderTheyCame) {
  call({"LPUSH", "host:7:abc-signals", "TSTP"});
  call({"LPUSH", "host:7:abc-signals", "TERM"});
  EXPECT_THAT(beat(), ElementsAre("TSTP", "TERM"));
  EXPECT_THAT(beat(), IsEmpty());

  state_.quieten();
  beat();
  EXPECT_EQ(text({"HGET", "host:7:abc", "quiet"}), "true");
}

TEST_F(SidekiqBeatTest, KeepsTheCountsWhileRedisIsAway) {
  state_.add({5, 2});
  redis_.kill();
  EXPECT_FALSE(beat_->beat());
  EXPECT_FALSE(beat_->leave());
  ASSERT_TRUE(redis_.start());
  // The client waits before it tries again, by the clock.
  ASSERT_TRUE(testing::wait_until([&] {
    clock_.advance_ms(100);
    return beat_->beat().has_value();
  }));

  client_.emplace(options_, system_clock_);
  EXPECT_EQ(text({"GET", "stat:processed"}), "5");
}

TEST_F(SidekiqBeatTest, LeavesWithItsLastCounts) {
  state_.set_work("{}");
  beat();
  state_.add({3, 1});

  ASSERT_TRUE(beat_->leave());

  EXPECT_EQ(text({"GET", "stat:processed"}), "3");
  EXPECT_THAT(texts({"SMEMBERS", "processes"}), IsEmpty());
  EXPECT_EQ(number({"EXISTS", "host:7:abc:workers", "host:7:abc:work"}), 0);
}

}  // namespace
}  // namespace penstock::queue
