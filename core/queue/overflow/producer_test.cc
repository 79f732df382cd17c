#include "queue/overflow/producer.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "queue/overflow/remote_testing.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;

class OverflowProducerTest : public ::testing::Test {
 protected:
  void start(std::uint32_t reactor = 0) {
    auto remote =
        std::make_unique<ScriptedRemote>(loop_, queue_, [this](const auto&) { return fate_; });
    remote_ = remote.get();
    auto made =
        OverflowProducer::make(std::move(remote), spool_, reactor, loop_, clock_, outcomes_);
    ASSERT_TRUE(made);
    producer_ = std::move(*made);
  }
  void submit() {
    const std::uint64_t ticket = ++tickets_;
    producer_->submit(submission_of(ticket, {std::to_string(ticket)}));
    EXPECT_FALSE(outcomes_.has(ticket)) << "answered from within submit()";
  }
  Stored submit_and_wait() {
    submit();
    EXPECT_TRUE(run_until(loop_, [&] { return outcomes_.has(tickets_); }));
    return outcomes_.at(tickets_);
  }
  bool wait_for_replay() {
    return run_until(loop_, [&] {
      return queue_.stored.size() >= tickets_ && producer_->state().spool_batches == 0;
    });
  }

  testing::TempDir dir_;
  SpoolOptions spool_{dir_.path("spool"), 1 << 30, 1 << 20};
  SystemClock clock_;
  io::Loop loop_;
  testing::Outcomes outcomes_;
  ScriptedQueue queue_;
  ScriptedRemote::Fate fate_;
  std::unique_ptr<OverflowProducer> producer_;
  ScriptedRemote* remote_ = nullptr;  // The producer's.
  std::uint64_t tickets_ = 0;
};

TEST_F(OverflowProducerTest, PushesWhileTheRemoteCanTake) {
  start();

  EXPECT_EQ(submit_and_wait(), Stored::kQueued);

  EXPECT_EQ(queue_.stored.size(), 1U);
  EXPECT_TRUE(producer_->state().has_remote);
  EXPECT_TRUE(producer_->state().is_remote_up);
  EXPECT_EQ(producer_->state().last_error, "");
}

TEST_F(OverflowProducerTest, OffersNothingToARemoteThatCannotTake) {
  start();
  remote_->set_open(false);

  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);

  EXPECT_EQ(remote_->pushes, 0);
  EXPECT_FALSE(producer_->state().is_remote_up);
  EXPECT_TRUE(producer_->state().can_store);
  EXPECT_EQ(producer_->state().last_error, "closed by the script");
}

TEST_F(OverflowProducerTest, SpoolsWhatTheRemoteRefuses) {
  fate_.is_stored = false;
  start(1);

  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);

  EXPECT_EQ(remote_->pushes, 1);
  EXPECT_EQ(producer_->in_flight(), 0U);
}

TEST_F(OverflowProducerTest, CountsWhatIsUnderWay) {
  fate_.after_ms = 1;
  start();
  for (int i = 0; i < 3; ++i) submit();
  EXPECT_EQ(producer_->in_flight(), 3U);

  ASSERT_TRUE(run_until(loop_, [&] { return producer_->in_flight() == 0; }));

  EXPECT_EQ(outcomes_.count(Stored::kQueued), 3U);
}

TEST_F(OverflowProducerTest, TakesAtOnceAsWhoeverWouldTakeItDoes) {
  fate_.after_ms = 1;
  start(1);
  for (std::size_t i = 0; i < kSubmissionsMax; ++i) {
    EXPECT_TRUE(producer_->takes_at_once());
    submit();
  }
  EXPECT_FALSE(producer_->takes_at_once()) << "enough is under way";
  remote_->set_open(false);
  EXPECT_TRUE(producer_->takes_at_once()) << "the spool has nothing to do";
  submit();
  EXPECT_FALSE(producer_->takes_at_once());

  ASSERT_TRUE(run_until(loop_, [&] { return producer_->in_flight() == 0; }));

  EXPECT_TRUE(producer_->takes_at_once());
}

TEST_F(OverflowProducerTest, ReplaysOnceTheRemoteOpens) {
  start();
  remote_->set_open(false);
  for (int i = 0; i < 20; ++i) submit();
  ASSERT_TRUE(run_until(loop_, [&] { return outcomes_.count(Stored::kSpooled) == 20; }));

  remote_->set_open(true);
  ASSERT_TRUE(wait_for_replay());

  const std::set<std::string> distinct(queue_.stored.begin(), queue_.stored.end());
  EXPECT_EQ(distinct.size(), 20U);
  EXPECT_EQ(queue_.stored.size(), 20U);
  EXPECT_FALSE(outcomes_.is_answered_twice());
}

// All reactors share one spool.
TEST_F(OverflowProducerTest, LeavesTheReplayToReactorZero) {
  start(1);
  remote_->set_open(false);
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
  remote_->set_open(true);

  EXPECT_EQ(submit_and_wait(), Stored::kQueued);

  EXPECT_EQ(remote_->pushes, 1);
}

TEST_F(OverflowProducerTest, RefusesOnlyWhatNeitherTakes) {
  spool_.bytes_max = 0;
  start();
  remote_->set_open(false);

  EXPECT_EQ(submit_and_wait(), Stored::kRefused);
  EXPECT_FALSE(producer_->state().can_store);

  remote_->set_open(true);
  EXPECT_TRUE(producer_->state().can_store);
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
}

TEST_F(OverflowProducerTest, NeedsItsSpool) {
  spool_.path = "/proc/none";
  auto made = OverflowProducer::make(std::make_unique<ScriptedRemote>(loop_, queue_), spool_, 0,
                                     loop_, clock_, outcomes_);

  EXPECT_EQ(made.error().code, ErrorCode::kConfiguration);
}

TEST_F(OverflowProducerTest, MayGoWhilePushesAreUnderWay) {
  start();
  for (int i = 0; i < 3; ++i) submit();
  producer_.reset();
  bool has_turned = false;
  loop_.post([&] { has_turned = true; });

  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));

  EXPECT_EQ(outcomes_.size(), 0U);
}

// The listener may drop the producer that calls it.
class Dropper final : public ProducerListener {
 public:
  explicit Dropper(std::unique_ptr<OverflowProducer>& producer) : producer_(producer) {}
  void on_done(std::uint64_t /*ticket*/, Stored /*outcome*/) override {
    ++calls;
    producer_.reset();
  }
  int calls = 0;

 private:
  std::unique_ptr<OverflowProducer>& producer_;
};

TEST_F(OverflowProducerTest, MayGoFromWithinAnAnswer) {
  for (const bool is_stored : {true, false}) {
    std::unique_ptr<OverflowProducer> producer;
    Dropper dropper(producer);
    auto remote = std::make_unique<ScriptedRemote>(
        loop_, queue_, [is_stored](const auto&) { return ScriptedRemote::Fate{is_stored}; });
    producer =
        std::move(*OverflowProducer::make(std::move(remote), spool_, 0, loop_, clock_, dropper));
    for (std::uint64_t i = 0; i < 3; ++i) producer->submit(submission_of(i, {"x"}));

    ASSERT_TRUE(run_until(loop_, [&] { return producer == nullptr; }));

    EXPECT_EQ(dropper.calls, 1);
  }
}

}  // namespace
}  // namespace penstock::queue
