#include "app/process/watchdog.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::app {
namespace {

constexpr std::int64_t kPeriodMs = 8;

// Plays the service manager, and runs the loop until something was seen.
class WatchdogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = dir_.path("notify");
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    ::close(fd_);
  }

  bool was_fed() const {
    char bytes[100];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    return count > 0 && std::string(bytes, static_cast<std::size_t>(count)) == "WATCHDOG=1";
  }
  // Until the watchdog was fed `count` times, or `ticks` of a timer as often as its own have
  // passed.
  int fed(int count, int ticks) {
    int seen = 0;
    io::Timer timer(loop_, [&] {
      while (was_fed()) ++seen;
      if (seen >= count || --ticks < 0) loop_.stop();
    });
    timer.start_every(kPeriodMs / 4);
    loop_.run();
    return seen;
  }

  static constexpr int kManyTicks = 10'000;
  static constexpr int kSomeTicks = 50;
  testing::TempDir dir_;
  int fd_ = -1;
  io::Loop loop_;
};

TEST_F(WatchdogTest, IsFedByALoopThatIsIdle) {
  const Watchdog watchdog(loop_, {}, kPeriodMs);
  EXPECT_GE(fed(3, kManyTicks), 3);
}

TEST_F(WatchdogTest, IsFedOnceAllHaveAnswered) {
  io::Loop other;
  std::thread thread([&other] { other.run(); });
  {
    const Watchdog watchdog(loop_, {Watchdog::of(other), Watchdog::of(loop_)}, kPeriodMs);
    EXPECT_GE(fed(3, kManyTicks), 3);
  }
  other.post([&other] { other.stop(); });
  thread.join();
}

TEST_F(WatchdogTest, OneThatDoesNotAnswerKeepsItSilentUntilItDoes) {
  bool is_stuck = true;
  const auto part = [&is_stuck](const std::function<void()>& answer) {
    if (!is_stuck) answer();
  };
  const Watchdog watchdog(loop_, {Watchdog::of(loop_), part}, kPeriodMs);
  EXPECT_EQ(fed(1, kSomeTicks), 0);
  is_stuck = false;
  EXPECT_GE(fed(2, kManyTicks), 2);
  is_stuck = true;
  fed(1, 4);  // What was answered before.
  EXPECT_EQ(fed(1, kSomeTicks), 0);
}

TEST_F(WatchdogTest, DoesNothingWhereNobodyWaits) {
  EXPECT_EQ(Watchdog::period_ms(), 0);
  int asked = 0;
  const Watchdog watchdog(loop_, {[&asked](const std::function<void()>&) { ++asked; }});
  EXPECT_EQ(fed(1, kSomeTicks), 0);
  EXPECT_EQ(asked, 0);
}

TEST_F(WatchdogTest, KnowsWhoIsMeant) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(Watchdog::period_ms(), 30'000);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Watchdog::period_ms(), 30'000);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Watchdog::period_ms(), 0);
  ::unsetenv("WATCHDOG_PID");
  for (const char* text : {"", "x", "-5", "999"}) {
    ::setenv("WATCHDOG_USEC", text, 1);
    EXPECT_EQ(Watchdog::period_ms(), 0) << text;
  }
}

}  // namespace
}  // namespace penstock::app
