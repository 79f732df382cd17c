#include "console/api/request/workers.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

class WorkersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    settings_.accounts_path = dir_.path("console.db");
    settings_.store_path = dir_.path("events");
    settings_.queue.queue.spool.path = dir_.path("spool");
    settings_.queue.worker = "test:1:1";
  }

  std::vector<std::unique_ptr<Services>> services(int count) {
    std::vector<std::unique_ptr<Services>> all;
    for (int i = 0; i < count; ++i) all.push_back(*Services::open(settings_, clock_, limiter_));
    return all;
  }

  penstock::testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  SignInLimiter limiter_{clock_};
  ConsoleSettings settings_;
};

TEST_F(WorkersTest, RunAsManyAsThereAreThreadsAndRefuseWhatIsTooMuch) {
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::atomic<int> begun{0};
  std::atomic<int> done{0};
  std::promise<void> all_begun;
  {
    Workers workers(services(2), 3);
    const auto task = [&, opened](Services&) {
      if (++begun == 2) all_begun.set_value();
      opened.wait();
      ++done;
    };
    ASSERT_TRUE(workers.start(task));
    ASSERT_TRUE(workers.start(task));
    all_begun.get_future().wait();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(workers.start([&](Services&) { ++done; }));
    EXPECT_FALSE(workers.start([](Services&) {}));
    EXPECT_EQ(done, 0);
    gate.set_value();
    std::promise<void> last;
    // The line moves on: there is room again, sooner or later.
    while (!workers.start([&](Services&) { last.set_value(); })) std::this_thread::yield();
    last.get_future().wait();
  }
  EXPECT_GE(done, 4);
}

// Two threads, and one task at once: what comes behind it begins when it ends.
TEST_F(WorkersTest, BeginOneBehindTheOther) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::promise<void> all_done;
  std::atomic<int> done{0};
  Workers workers(services(2), 10, 1, std::chrono::hours(1));
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(workers.start([&](Services&) {
      most = std::max(most.load(), ++running);
      --running;
      if (++done == 8) all_done.set_value();
    }));
  }
  all_done.get_future().wait();
  EXPECT_EQ(most, 1);
}

TEST_F(WorkersTest, BeginBesideOneThatHasRunForLong) {
  using Clock = std::chrono::steady_clock;
  std::promise<void> gate;
  std::promise<Clock::time_point> beside;
  Workers workers(services(2), 10, 1);
  const Clock::time_point start = Clock::now();
  ASSERT_TRUE(workers.start([&](Services&) { gate.get_future().wait(); }));
  ASSERT_TRUE(workers.start([&](Services&) { beside.set_value(Clock::now()); }));
  EXPECT_GE(beside.get_future().get() - start, Workers::kLong);
  gate.set_value();
}

// Whoever has worked last has the store's files open.
TEST_F(WorkersTest, GoOnWithTheThreadThatWorkedLast) {
  Workers workers(services(4), 10, 1, std::chrono::hours(1));
  const auto thread_of_a_task = [&] {
    const auto used = std::make_shared<std::promise<Services*>>();
    EXPECT_TRUE(workers.start([used](Services& services) { used->set_value(&services); }));
    return used->get_future().get();
  };
  Services* const first = thread_of_a_task();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(thread_of_a_task(), first);
}

TEST_F(WorkersTest, WaitForWhatRunsAndDropWhatDoesNot) {
  std::atomic<bool> is_finished{false};
  std::promise<void> begun;
  std::promise<void> gate;
  std::thread opener;
  {
    Workers workers(services(1), 10);
    ASSERT_TRUE(workers.start([&](Services&) {
      begun.set_value();
      gate.get_future().wait();
      is_finished = true;
    }));
    begun.get_future().wait();
    opener = std::thread([&] { gate.set_value(); });
  }
  EXPECT_TRUE(is_finished);
  opener.join();
}

}  // namespace
}  // namespace penstock::console
