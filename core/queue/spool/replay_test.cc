#include "queue/spool/replay.h"

#include <gtest/gtest.h>

#include "queue/spool/census.h"
#include "queue/spool/writer.h"
#include "support/run_until.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;

class RedisReplayTest : public ::testing::Test {
 protected:
  void start() {
    auto made = RedisReplay::make(
        options_, loop_, clock_, [this] { return can_push_; },
        [this](const std::vector<std::string>& messages, std::function<void(bool)> done) {
          ++pushes_;
          const bool takes = takes_ && messages.size() <= room_;
          if (takes) pushed_.insert(pushed_.end(), messages.begin(), messages.end());
          loop_.post([takes, done = std::move(done)] { done(takes); });
        });
    ASSERT_TRUE(made);
    replay_ = std::move(*made);
  }
  void spool(const std::vector<std::string>& messages) {
    SpoolWriter writer(*SpoolInstance::shared(options_.path), options_, 0);
    for (const std::string_view message : messages) ASSERT_TRUE(writer.append({&message, 1}, 1));
  }
  std::uint64_t waiting() { return SpoolCensus(options_.path).take()->batches; }

  testing::TempDir dir_;
  SpoolOptions options_{dir_.path("spool"), 1 << 30, 1 << 20};
  SystemClock clock_;
  io::Loop loop_;
  bool can_push_ = true;
  bool takes_ = true;
  std::size_t room_ = 1'000;  // For so many messages at a time.
  int pushes_ = 0;
  std::vector<std::string> pushed_;
  std::unique_ptr<RedisReplay> replay_;
};

TEST_F(RedisReplayTest, PushesInOrderAndEmptiesTheSpool) {
  spool({"a", "b", "c"});
  start();

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));

  EXPECT_EQ(pushed_, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(RedisReplayTest, KeepsWhatWasNotTaken) {
  spool({"a"});
  takes_ = false;
  start();
  replay_->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return pushes_ >= 2; }));
  EXPECT_EQ(waiting(), 1U);

  takes_ = true;

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));
  EXPECT_EQ(pushed_, std::vector<std::string>{"a"});
}

// As into a Redis that is nearly full: what it refused once it would refuse for ever.
TEST_F(RedisReplayTest, PushesLessAtATimeWhereThatIsRefused) {
  spool(std::vector<std::string>(10, std::string(40'000, 'x')));
  room_ = 1;
  start();

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));

  EXPECT_EQ(pushed_.size(), 10U);
}

TEST_F(RedisReplayTest, PushesNothingWhileItMayNot) {
  spool({"a"});
  can_push_ = false;
  start();
  replay_->wake();
  bool has_turned = false;
  loop_.post([&] { has_turned = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));
  EXPECT_EQ(pushes_, 0);

  can_push_ = true;

  EXPECT_TRUE(run_until(loop_, [&] { return !pushed_.empty(); }));
}

TEST_F(RedisReplayTest, MayGoWhileAChunkIsUnderWay) {
  spool({"a"});
  start();
  replay_->wake();
  replay_.reset();

  bool has_turned = false;
  loop_.post([&] { has_turned = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));
  EXPECT_EQ(waiting(), 1U);
}

}  // namespace
}  // namespace penstock::queue
