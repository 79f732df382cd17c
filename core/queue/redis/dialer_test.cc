#include "queue/redis/dialer.h"

#include <cerrno>
#include <optional>

#include <gtest/gtest.h>

#include "queue/redis/network_testing.h"
#include "support/run_until.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using Texts = std::vector<std::string>;

class RedisDialerTest : public ::testing::Test {
 protected:
  RedisDialerTest() { address_.host = "redis.example"; }

  void dial(std::int64_t timeout_ms = 200) {
    outcome_.reset();
    dial_ = dialer_.dial(address_, timeout_ms, [this](auto outcome) {
      dial_.reset();
      outcome_.emplace(std::move(outcome));
    });
  }
  bool runs_until_tried(std::size_t count) {
    return run_until(loop_, [&] { return connector_.asked.count() >= count; });
  }
  bool fails_in_time() {
    return run_until(loop_, [&] { return outcome_.has_value(); }) && !*outcome_;
  }
  bool is_open() const { return outcome_ && *outcome_; }

  io::Loop loop_;
  RedisAddress address_;
  ScriptedResolver resolver_;
  ScriptedConnector connector_;
  RedisDialer dialer_{loop_, resolver_, connector_, {}};
  std::unique_ptr<Underway> dial_;
  std::optional<Result<std::unique_ptr<RedisWire>>> outcome_;
};

TEST_F(RedisDialerTest, TriesTheNextAddressWhileTheFirstIsSilent) {
  dial(20'000);
  resolver_.answer(0, {"127.0.0.2:1", "127.0.0.1:1"});
  ASSERT_TRUE(runs_until_tried(2));
  EXPECT_EQ(connector_.tried(), (Texts{"127.0.0.2:1", "127.0.0.1:1"}));
  EXPECT_TRUE(connector_.asked.is_waited_for(0));

  connector_.accept(1);

  EXPECT_TRUE(is_open());
  EXPECT_FALSE(connector_.asked.is_waited_for(0));
}

TEST_F(RedisDialerTest, TriesTheNextAddressAtOnceWhereTheFirstFails) {
  dial(1'000'000);
  resolver_.answer(0, {"127.0.0.2:1", "[::1]:1", "127.0.0.1:1"});
  ASSERT_TRUE(runs_until_tried(1));
  connector_.refuse(0);
  ASSERT_TRUE(runs_until_tried(2));
  connector_.refuse(1);
  ASSERT_TRUE(runs_until_tried(3));
  EXPECT_FALSE(outcome_);

  connector_.refuse(2);

  ASSERT_TRUE(fails_in_time());
  EXPECT_EQ(outcome_->error().native, ECONNREFUSED);
}

TEST_F(RedisDialerTest, TriesBothKindsOfAddressByTurns) {
  dial(20'000);
  resolver_.answer(0, {"[::2]:1", "[::3]:1", "127.0.0.1:1", "127.0.0.2:1"});

  ASSERT_TRUE(runs_until_tried(4));

  EXPECT_EQ(connector_.tried(), (Texts{"[::2]:1", "127.0.0.1:1", "[::3]:1", "127.0.0.2:1"}));
}

// However many are dead: each has its try well before the deadline.
TEST_F(RedisDialerTest, HasTriedAllByTheDeadline) {
  std::vector<std::string> texts;
  for (int i = 1; i <= 10; ++i) texts.push_back("127.0.0." + std::to_string(i) + ":1");
  dial(100);
  resolver_.answer(0, {texts.begin(), texts.end()});

  ASSERT_TRUE(fails_in_time());

  EXPECT_EQ(outcome_->error().native, ETIMEDOUT);
  EXPECT_EQ(connector_.tried(), texts);
}

TEST_F(RedisDialerTest, ReachesTheAddressesBeyondThoseItTriesAtOnce) {
  std::vector<std::string> texts;
  for (int i = 1; i <= 17; ++i) texts.push_back("127.0.0." + std::to_string(i) + ":1");
  dial(50);
  resolver_.answer(0, {texts.begin(), texts.end()});
  ASSERT_TRUE(fails_in_time());

  dial();
  resolver_.answer(1, {texts.begin(), texts.end()});

  ASSERT_TRUE(runs_until_tried(17));
  EXPECT_EQ(connector_.asked.what(16), "127.0.0.17:1");
}

TEST_F(RedisDialerTest, BeginsWithAnotherAddressWhereOneWasOfNoUse) {
  const std::vector<std::string_view> answer = {"127.0.0.1:1", "127.0.0.2:1", "127.0.0.3:1"};
  Texts first;
  for (std::size_t i = 0; i < 4; ++i) {
    dial(1'000'000);
    resolver_.answer(i, answer);
    ASSERT_TRUE(runs_until_tried(i + 1));
    first.push_back(connector_.asked.what(i));
    connector_.accept(i);
    dialer_.blame();
  }
  EXPECT_EQ(first, (Texts{"127.0.0.1:1", "127.0.0.2:1", "127.0.0.3:1", "127.0.0.1:1"}));

  dialer_.praise();
  dial(1'000'000);
  resolver_.answer(4, answer);

  ASSERT_TRUE(runs_until_tried(5));
  EXPECT_EQ(connector_.asked.what(4), "127.0.0.1:1");
}

TEST_F(RedisDialerTest, UsesAnAnswerThatCameAfterTheDeadlineTheNextTime) {
  dial(10);
  ASSERT_TRUE(fails_in_time());
  EXPECT_EQ(outcome_->error().native, ETIMEDOUT);
  dial(10);
  ASSERT_TRUE(fails_in_time());
  EXPECT_EQ(resolver_.asked.count(), 1U);  // It is not asked twice at a time.

  resolver_.answer(0, {"127.0.0.1:1"});
  EXPECT_EQ(connector_.asked.count(), 0U);
  dial();

  ASSERT_TRUE(runs_until_tried(1));
  connector_.accept(0);
  EXPECT_TRUE(is_open());
  dial();
  EXPECT_EQ(resolver_.asked.count(), 2U);  // It was good for once.
}

TEST_F(RedisDialerTest, SaysWhenTheNameIsNotToBeHad) {
  dial();
  resolver_.refuse(0);

  ASSERT_TRUE(outcome_ && !*outcome_);
  EXPECT_EQ(outcome_->error().code, ErrorCode::kDisconnected);
}

TEST_F(RedisDialerTest, TellsNothingOnceItsDialIsDropped) {
  dial();
  resolver_.answer(0, {"127.0.0.1:1"});
  ASSERT_TRUE(runs_until_tried(1));
  dial_.reset();

  connector_.accept(0);

  EXPECT_FALSE(outcome_);
}

}  // namespace
}  // namespace penstock::queue
