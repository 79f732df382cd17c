#include "worker/claim_keeper.h"

#include <atomic>

#include <gtest/gtest.h>

#include "support/run_until.h"
#include "worker/worker_testing.h"

namespace penstock::worker {
namespace {

using testing::wait_until;

// Moved by the test while the keeper's thread reads it.
class SharedClock final : public Clock {
 public:
  std::int64_t wall_ms() const override { return kToday; }
  std::int64_t mono_us() const override { return mono_us_; }
  void advance_ms(std::int64_t ms) { mono_us_ += ms * 1'000; }

 private:
  std::atomic<std::int64_t> mono_us_{1};
};

class ClaimKeeperTest : public ::testing::Test {
 protected:
  ClaimKeeperTest() { consumer_.keep_every_ms_ = 1; }
  // The thread has looked since.
  bool has_looked() {
    const int keeps = consumer_.keeps_;
    return wait_until([&] { return consumer_.keeps_ > keeps + 1; });
  }

  FakeConsumer consumer_;
  SharedClock clock_;
};

TEST_F(ClaimKeeperTest, KeepsAClaimForAsLongAsThereAreSignsOfLife) {
  ClaimKeeper keeper(consumer_, clock_);
  keeper.start();
  keeper.begin();
  for (int hours = 0; hours < 12; ++hours) {
    for (int i = 0; i < 15; ++i) {
      clock_.advance_ms(ClaimKeeper::kSilenceMaxMs * 4 / 5);
      keeper.show_life();
    }
    ASSERT_TRUE(has_looked());
    EXPECT_FALSE(keeper.is_left());
  }
}

// One call of a store that hangs, or a message in which the worker turns for ever.
TEST_F(ClaimKeeperTest, LeavesAClaimThatHasBeenSilentForTooLong) {
  ClaimKeeper keeper(consumer_, clock_);
  keeper.start();
  keeper.begin();
  clock_.advance_ms(ClaimKeeper::kSilenceMaxMs);
  ASSERT_TRUE(has_looked()) << "not yet";

  clock_.advance_ms(1);
  ASSERT_TRUE(wait_until([&] { return keeper.is_left(); }));
  const int keeps = consumer_.keeps_;
  keeper.end();
  ASSERT_TRUE(wait_until([&] { return !keeper.is_left(); }));
  EXPECT_EQ(consumer_.keeps_, keeps);

  keeper.begin();
  clock_.advance_ms(1);
  EXPECT_TRUE(has_looked()) << "the next claim is another matter";
}

TEST_F(ClaimKeeperTest, GoesOnAfterASignOfLife) {
  ClaimKeeper keeper(consumer_, clock_);
  keeper.start();
  keeper.begin();
  clock_.advance_ms(ClaimKeeper::kSilenceMaxMs + 1);
  ASSERT_TRUE(wait_until([&] { return keeper.is_left(); }));

  keeper.show_life();

  EXPECT_TRUE(has_looked());
  EXPECT_FALSE(keeper.is_left());
}

TEST_F(ClaimKeeperTest, KeepsNothingWithoutAClaim) {
  ClaimKeeper keeper(consumer_, clock_);
  keeper.begin();
  keeper.end();
  clock_.advance_ms(60'000);
  keeper.start();
  keeper.stop();

  EXPECT_EQ(consumer_.keeps_, 0);
}

TEST_F(ClaimKeeperTest, GoesOnWhereTheQueueDoesNotAnswerOrIsAnothers) {
  ClaimKeeper keeper(consumer_, clock_);
  consumer_.keeps_failing_ = 3;
  keeper.start();
  keeper.begin();
  clock_.advance_ms(10);
  ASSERT_TRUE(has_looked());
  consumer_.is_kept_ = false;

  EXPECT_TRUE(has_looked());
}

TEST_F(ClaimKeeperTest, HasNoThreadForAQueueThatNeedsNone) {
  consumer_.keep_every_ms_ = 0;
  ClaimKeeper keeper(consumer_, clock_);
  keeper.start();
  keeper.begin();
  clock_.advance_ms(60'000);
  keeper.end();
  keeper.stop();

  EXPECT_EQ(consumer_.keeps_, 0);
}

}  // namespace
}  // namespace penstock::worker
