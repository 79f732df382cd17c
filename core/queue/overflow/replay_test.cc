#include "queue/overflow/replay.h"

#include <utility>

#include <gtest/gtest.h>

#include "queue/overflow/remote_testing.h"
#include "queue/spool/census.h"
#include "queue/spool/writer.h"
#include "support/run_until.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;

class SpoolReplayTest : public ::testing::Test {
 protected:
  void start() {
    auto made = SpoolReplay::make(options_, remote_, loop_, clock_);
    ASSERT_TRUE(made);
    replay_ = std::move(*made);
    remote_.set_on_open([this] { replay_->wake(); });
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
  bool takes_ = true;
  std::size_t room_ = 1'000;  // For so many messages at a time.
  ScriptedQueue queue_;
  ScriptedRemote remote_{loop_, queue_, [this](const Submission& chunk) {
                           return ScriptedRemote::Fate{takes_ && chunk.messages.size() <= room_};
                         }};
  std::unique_ptr<SpoolReplay> replay_;
};

TEST_F(SpoolReplayTest, PushesInOrderAndEmptiesTheSpool) {
  spool({"a", "b", "c"});
  start();

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));

  EXPECT_EQ(queue_.stored, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(SpoolReplayTest, KeepsWhatWasNotTaken) {
  spool({"a"});
  takes_ = false;
  start();
  replay_->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return remote_.pushes >= 2; }));
  EXPECT_EQ(waiting(), 1U);

  takes_ = true;

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));
  EXPECT_EQ(queue_.stored, std::vector<std::string>{"a"});
}

// As into a Redis that is nearly full: what it refused once it would refuse for ever.
TEST_F(SpoolReplayTest, PushesLessAtATimeWhereThatIsRefused) {
  spool(std::vector<std::string>(10, std::string(40'000, 'x')));
  room_ = 1;
  start();

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));

  EXPECT_EQ(queue_.stored.size(), 10U);
}

TEST_F(SpoolReplayTest, PushesNothingWhileItMayNot) {
  spool({"a"});
  remote_.set_open(false);
  start();
  replay_->wake();
  bool has_turned = false;
  loop_.post([&] { has_turned = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));
  EXPECT_EQ(remote_.pushes, 0);

  remote_.set_open(true);

  EXPECT_TRUE(run_until(loop_, [&] { return !queue_.stored.empty(); }));
}

// Not stored as far as is known: the same comes again, and the spool keeps it until it is told.
TEST_F(SpoolReplayTest, PushesAgainWhatMayHaveBeenStored) {
  spool({"a"});
  bool was_lost = false;
  ScriptedRemote forgetful(loop_, queue_, [&](const Submission&) {
    return ScriptedRemote::Fate{true, std::exchange(was_lost, true)};
  });
  auto made = SpoolReplay::make(options_, forgetful, loop_, clock_);
  ASSERT_TRUE(made);

  ASSERT_TRUE(run_until(loop_, [&] { return waiting() == 0; }));

  EXPECT_EQ(queue_.stored, (std::vector<std::string>{"a", "a"}));
}

TEST_F(SpoolReplayTest, MayGoWhileAChunkIsUnderWay) {
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
