#include "queue/redis/remote.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "queue/redis/redis_testing.h"
#include "support/run_until.h"
#include "support/submissions.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;

// What every remote does is in tests/contract/remote_contract.cc, and what becomes of what is not
// taken in queue/redis_overflow_test.cc; here, what this one knows of Redis.
class RedisRemoteTest : public RedisTest {
 protected:
  void start() {
    remote_.emplace(options_, 0, loop_);
    remote_->set_on_open([this] { ++opened_; });
    ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  }
  // What comes back, and whether it was stored.
  bool push(std::vector<std::string> messages) {
    bool is_done = false;
    bool was_stored = false;
    remote_->push(submission_of(7, messages), [&](const Submission& back, bool is_stored) {
      EXPECT_EQ(back.ticket, 7U);
      EXPECT_EQ(back.messages, messages);
      was_stored = is_stored;
      is_done = true;
    });
    EXPECT_FALSE(is_done);
    EXPECT_TRUE(run_until(loop_, [&] { return is_done; }));
    return was_stored;
  }

  io::Loop loop_;
  std::optional<RedisRemote> remote_;
  int opened_ = 0;
};

TEST_F(RedisRemoteTest, PushesAllMessagesOfASubmission) {
  start();
  EXPECT_GT(opened_, 0);

  EXPECT_TRUE(push({"a", std::string(100'000, 'x'), ""}));

  EXPECT_EQ(call({"LLEN", "events"})->integer, 3);
  EXPECT_TRUE(remote_->state().is_up);
  EXPECT_TRUE(remote_->state().has_room);
}

TEST_F(RedisRemoteTest, AnnouncesASidekiqQueue) {
  options_.key = "queue:default";
  options_.sidekiq_queue = "default";
  start();

  EXPECT_TRUE(push({"{}"}));

  EXPECT_EQ(call({"SISMEMBER", "queues", "default"})->integer, 1);
  EXPECT_EQ(call({"LLEN", "queue:default"})->integer, 1);
}

TEST_F(RedisRemoteTest, LeavesARedisThatRefusesAloneForAWhile) {
  start();
  call({"SET", "events", "text"});

  EXPECT_FALSE(push({"a"}));

  EXPECT_FALSE(remote_->can_take());
  EXPECT_FALSE(remote_->state().is_up);
  EXPECT_NE(remote_->state().last_error.find("WRONGTYPE"), std::string::npos);
  call({"DEL", "events"});
  ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  EXPECT_TRUE(push({"a"}));
  EXPECT_EQ(remote_->state().last_error, "");
}

TEST_F(RedisRemoteTest, OpensWhenThereIsRoomAgain) {
  call({"CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction"});
  remote_.emplace(options_, 0, loop_);
  remote_->set_on_open([this] { ++opened_; });
  ASSERT_TRUE(run_until(loop_, [&] { return remote_->state().is_up; }));
  EXPECT_FALSE(remote_->can_take());
  EXPECT_FALSE(remote_->state().has_room);
  const int before = opened_;

  call({"CONFIG", "SET", "maxmemory", "0"});

  ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  EXPECT_GT(opened_, before);
}

}  // namespace
}  // namespace penstock::queue
