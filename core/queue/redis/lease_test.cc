#include "queue/redis/lease.h"

#include <gtest/gtest.h>
#include <hiredis.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/redis_server.h"

namespace penstock::queue {
namespace {

std::string host() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

// A process id that was just given back.
pid_t ended_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

class RedisLeaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(redis_.start());
    options_.address = redis_.address();
    client_.emplace(options_, clock_);
  }
  testing::RedisServer redis_;
  RedisOptions options_;
  ManualClock clock_{0};
  std::optional<RedisClient> client_;
};

TEST_F(RedisLeaseTest, IsHeldByOneAndGivenBack) {
  {
    RedisLease first(*client_, clock_, "lease", "elsewhere:1:a");
    RedisLease second(*client_, clock_, "lease", "elsewhere:2:b");
    EXPECT_TRUE(first.hold().value());
    EXPECT_FALSE(second.hold().value());
    EXPECT_TRUE(first.hold().value());
  }
  EXPECT_EQ((*client_->call({"EXISTS", "lease"}))->integer, 0);
}

TEST_F(RedisLeaseTest, IsRenewedBeforeItExpires) {
  RedisLease lease(*client_, clock_, "lease", "elsewhere:1:a");
  ASSERT_TRUE(lease.hold().value());
  ASSERT_TRUE(client_->call({"PEXPIRE", "lease", "4000"}));
  clock_.advance_ms(3'001);

  EXPECT_TRUE(lease.hold().value());

  EXPECT_GT((*client_->call({"PTTL", "lease"}))->integer, 5'000);
}

TEST_F(RedisLeaseTest, IsNotTakenBackFromWhoGotItMeanwhile) {
  RedisLease lease(*client_, clock_, "lease", "elsewhere:1:a");
  ASSERT_TRUE(lease.hold().value());
  ASSERT_TRUE(client_->call({"SET", "lease", "elsewhere:2:b"}));
  clock_.advance_ms(3'001);

  EXPECT_FALSE(lease.hold().value());
}

TEST_F(RedisLeaseTest, IsTakenOverFromAProcessThatEnded) {
  const std::string gone = host() + ":" + std::to_string(ended_process()) + ":ab";
  ASSERT_TRUE(client_->call({"SET", "lease", gone, "PX", "10000"}));

  RedisLease lease(*client_, clock_, "lease", "elsewhere:1:a");

  EXPECT_TRUE(lease.hold().value());
  const auto holder = client_->call({"GET", "lease"});
  EXPECT_STREQ((*holder)->str, "elsewhere:1:a");
}

TEST_F(RedisLeaseTest, KnowsOnlyProcessesOfItsOwnHost) {
  const std::string ended = std::to_string(ended_process());
  EXPECT_TRUE(is_holder_gone(host() + ":" + ended + ":ab"));
  EXPECT_FALSE(is_holder_gone(host() + ":" + std::to_string(::getpid()) + ":ab"));
  EXPECT_FALSE(is_holder_gone("elsewhere.example:" + ended + ":ab"));
  for (const char* odd : {"", ":", "a:b", "::", "a:-1:b", "a:99999999999999:b"}) {
    EXPECT_FALSE(is_holder_gone(odd)) << odd;
  }
}

}  // namespace
}  // namespace penstock::queue
