// What the consumer does with what was read ahead of its claims.
#include <algorithm>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "base/bytes.h"
#include "base/random.h"
#include "base/text.h"
#include "queue/redis/consumer.h"
#include "queue/redis/receipts.h"
#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

class RedisReadAheadTest : public RedisTest {
 protected:
  using RedisTest::RedisTest;
  void SetUp() override {
    RedisTest::SetUp();
    watch_commands();
  }
  // "0", "1", …
  void push(int first, int end) {
    for (int i = first; i < end; ++i) call({"LPUSH", "events", std::to_string(i)});
  }
  static Texts numbers(int first, int end) {
    Texts out;
    for (int i = first; i < end; ++i) out.push_back(std::to_string(i));
    return out;
  }
  // Newest first, as Redis has it.
  Texts list() { return texts({"LRANGE", "events", "0", "-1"}); }
  // What a claim must bring: what is in the list now, and nothing that was there once.
  Texts tail(std::size_t count) {
    const Texts all = list();
    return {all.rbegin(), all.rbegin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()))};
  }
  void claim_and_release_tail(RedisConsumer& consumer, std::size_t count) {
    const Texts before = list();
    const Texts expected = tail(count);
    ASSERT_EQ(claim(consumer, count), expected);
    if (expected.empty()) return;
    ASSERT_EQ(list(), before);
    ASSERT_TRUE(consumer.release());
    const auto kept = static_cast<std::ptrdiff_t>(before.size() - expected.size());
    ASSERT_EQ(list(), Texts(before.begin(), before.begin() + kept));
  }
  int claims() { return runs(claim_script()); }
  int reads() { return runs(read_ahead_script()); }
  int claims_of_what_was_read() { return runs(claim_read_script()); }
};

TEST_F(RedisReadAheadTest, BringsEveryMessageOnceAndInItsOrder) {
  push(0, 40);
  auto consumer = this->consumer();
  for (int first = 0; first < 40; first += 10) {
    const auto claimed = consumer->claim(10, 1 << 20, 0);
    ASSERT_TRUE(claimed);
    ASSERT_EQ(claimed->messages, numbers(first, first + 10));
    EXPECT_EQ(claimed->receipts, 1U);
    EXPECT_FALSE(claimed->is_alone);
    for (const std::string& message : claimed->messages) {
      EXPECT_GE(message.capacity(), message.size() + kReadablePadding);
    }
    ASSERT_TRUE(consumer->release());
  }
  EXPECT_TRUE(claim(*consumer).empty());
  // One that had nothing read for it, three that had, and one that found nothing.
  EXPECT_EQ(claims(), 2);
  EXPECT_EQ(claims_of_what_was_read(), 3);
  EXPECT_EQ(reads(), 4);
}

TEST_F(RedisReadAheadTest, CostsNothingWhereClaimsAreNotFull) {
  auto consumer = this->consumer();
  for (int first = 0; first < 40; first += 10) {
    push(first, first + 10);
    EXPECT_EQ(claim(*consumer, 11), numbers(first, first + 10));
    ASSERT_TRUE(consumer->release());
  }
  EXPECT_EQ(reads(), 0);
  EXPECT_EQ(claims_of_what_was_read(), 0);
}

TEST_F(RedisReadAheadTest, IsBegunWhereBytesFillAClaim) {
  for (const char letter : {'a', 'b', 'c'}) call({"LPUSH", "events", std::string(60, letter)});
  auto consumer = this->consumer();
  for (const char letter : {'a', 'b', 'c'}) {
    EXPECT_EQ(consumer->claim(100, 100, 0)->messages, Texts{std::string(60, letter)});
    ASSERT_TRUE(consumer->release());
  }
  EXPECT_EQ(claims_of_what_was_read(), 2);
}

// They go with what has come since, as they would have without having been read.
TEST_F(RedisReadAheadTest, LeavesFewToAClaimThatFindsMore) {
  push(0, 12);
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 10), numbers(0, 10));
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(reads(), 1);
  push(12, 30);

  EXPECT_EQ(claim(*consumer, 10), numbers(10, 20));
  EXPECT_EQ(claims_of_what_was_read(), 0);
}

TEST_F(RedisReadAheadTest, FitsAClaimOfOtherBounds) {
  push(0, 40);
  auto consumer = this->consumer();
  int first = 0;
  const auto claim_some = [&](std::size_t messages_max, std::size_t bytes_max, int count) {
    const auto claimed = consumer->claim(messages_max, bytes_max, 0);
    EXPECT_EQ(claimed->messages, numbers(first, first + count));
    first += count;
    EXPECT_TRUE(consumer->release());
  };
  claim_some(10, 1'000, 10);
  claim_some(3, 1'000, 3);  // Of ten that were read.
  EXPECT_EQ(claims_of_what_was_read(), 1);
  claim_some(3, 5, 2);  // Of three, of two bytes each.
  claim_some(2, 1, 1);  // One at least.
  EXPECT_EQ(claims_of_what_was_read(), 3);
  claim_some(20, 1'000, 20);  // One was read.
  EXPECT_EQ(claims_of_what_was_read(), 3);
  claim_some(20, 1'000, 4);
  EXPECT_EQ(length(), 0);
}

TEST_F(RedisReadAheadTest, LeavesToAClaimWithMoreRoomWhatWasReadForLess) {
  const std::string big(60, 'x');
  call({"LPUSH", "events", big, big, "c"});
  auto consumer = this->consumer();
  EXPECT_EQ(consumer->claim(10, 50, 0)->messages, Texts{big});
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(reads(), 1);

  EXPECT_EQ(consumer->claim(10, 100, 0)->messages, (Texts{big, "c"}));
}

// By a Ruby Sidekiq, a person or a program, while the claim before is in hand and after it.
TEST_F(RedisReadAheadTest, ClaimsWhatIsThereWhateverSomebodyElseDid) {
  using Command = std::vector<std::string_view>;
  const std::vector<std::vector<Command>> edits = {
      {},
      {{"RPOP", "events"}},
      {{"RPOP", "events", "3"}},
      {{"RPUSH", "events", "z"}},
      {{"LPUSH", "events", "z"}},
      {{"DEL", "events"}},
      {{"DEL", "events"}, {"LPUSH", "events", "x", "y", "z"}},
      {{"DEL", "events"}, {"LPUSH", "events", "d", "c", "b", "a"}},
      {{"LREM", "events", "1", "c"}},
      {{"LREM", "events", "1", "d"}},
      {{"LREM", "events", "1", "e"}},
      {{"LREM", "events", "1", "c"}, {"LREM", "events", "1", "d"}},
      {{"LSET", "events", "-1", "z"}},
      {{"LSET", "events", "-2", "z"}},
      {{"LTRIM", "events", "0", "0"}},
      {{"LINSERT", "events", "BEFORE", "c", "z"}},
      {{"LMOVE", "events", "events", "RIGHT", "LEFT"}},
      {{"LMOVE", "events", "events", "LEFT", "RIGHT"}},
  };
  for (const auto& edit : edits) {
    for (const bool is_in_hand : {true, false}) {
      SCOPED_TRACE(edit.empty() ? "nothing"
                                : str_cat(edit[0][0], is_in_hand ? ", in hand" : ", after"));
      const auto do_edit = [&] {
        for (const Command& command : edit) ASSERT_TRUE(client_->call(command));
      };
      call({"DEL", "events"});
      call({"LPUSH", "events", "a", "b", "c", "d", "e", "f", "g", "h"});
      auto consumer = this->consumer();
      ASSERT_EQ(claim(*consumer, 2), (Texts{"a", "b"}));
      if (is_in_hand) do_edit();
      Texts expected = list();
      for (const char* stored : {"a", "b"}) {
        const auto at = std::find(expected.rbegin(), expected.rend(), stored);
        const bool is_near = at - expected.rbegin() < 4;  // The script looks no further.
        if (at != expected.rend() && is_near) expected.erase(std::next(at).base());
      }
      ASSERT_TRUE(consumer->release());
      ASSERT_EQ(list(), expected);
      if (!is_in_hand) do_edit();

      for (int i = 0; i < 3; ++i) claim_and_release_tail(*consumer, 2);
    }
  }
}

TEST_F(RedisReadAheadTest, ClaimsWhatIsThereInAnyOrderOfThings) {
  Random random = Random::from_system();
  const std::uint64_t seed = random.next();
  SCOPED_TRACE(str_cat("seed ", seed));
  random = Random(seed);
  auto consumer = this->consumer();
  int next = 0;
  const auto some = [&] {  // One near the tail.
    const Texts near = tail(12);
    return near.empty() ? std::string("none") : near[random.below(near.size())];
  };
  for (int i = 0; i < 300; ++i) {
    if (length() < 20) {
      push(next, next + 30);
      next += 30;
    }
    const std::string fresh = str_cat("new", i);
    switch (random.below(12)) {
      case 0:
        call({"RPOP", "events"});
        break;
      case 1:
        call({"RPUSH", "events", fresh});
        break;
      case 2:
        call({"LREM", "events", "1", some()});
        break;
      case 3:
        call({"LINSERT", "events", "BEFORE", some(), fresh});
        break;
      case 4:
        call({"LMOVE", "events", "events", "RIGHT", "LEFT"});
        break;
      case 5:
        call({"LSET", "events", "-1", fresh});
        break;
      default:
        break;
    }
    claim_and_release_tail(*consumer, 1 + random.below(5));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(claims_of_what_was_read(), 50);
}

// Whoever pops from a list of equal messages takes one of them, and one more is stored than is
// released.
TEST_F(RedisReadAheadTest, ReleasesAsManyEqualMessagesAsItClaimed) {
  call({"LPUSH", "events", "x", "x", "x", "x", "x", "x", "y"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 2), (Texts{"x", "x"}));
  ASSERT_TRUE(consumer->release());
  call({"RPOP", "events"});
  EXPECT_EQ(claim(*consumer, 2), (Texts{"x", "x"}));
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(claims_of_what_was_read(), 1);
  EXPECT_EQ(list(), (Texts{"y", "x"}));
}

TEST_F(RedisReadAheadTest, NamesConfigurationWhereTheKeyIsNoListAnyMore) {
  push(0, 6);
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 2), numbers(0, 2));
  ASSERT_TRUE(consumer->release());
  call({"SET", "events", "text"});
  EXPECT_EQ(consumer->claim(2, 100, 0).error().code, ErrorCode::kConfiguration);

  call({"DEL", "events"});
  push(6, 8);
  EXPECT_EQ(claim(*consumer, 2), numbers(6, 8));
}

// The ends of what was read are as those of a later tail, and what lies between is not.
TEST_F(RedisReadAheadTest, IsForgottenWhereTheClaimWasGivenUp) {
  call({"LPUSH", "events", "x", "a", "x", "x", "b", "x"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 3), (Texts{"x", "a", "x"}));
  consumer->give_up();
  EXPECT_EQ(claim(*consumer, 100).size(), 6U);
  ASSERT_TRUE(consumer->release());
  call({"LPUSH", "events", "x", "c", "x"});

  EXPECT_EQ(claim(*consumer, 3), (Texts{"x", "c", "x"}));
}

TEST_F(RedisReadAheadTest, IsForgottenWhereAReleaseFailed) {
  push(0, 6);
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 2), numbers(0, 2));
  redis_.kill();
  EXPECT_FALSE(consumer->release());
  ASSERT_TRUE(redis_.start());
  client_.emplace(options_, system_clock_);

  for (int first = 0; first < 6; first += 2) {
    Texts claimed;
    ASSERT_TRUE(testing::wait_until([&] {
      auto got = consumer->claim(2, 1 << 20, 0);
      if (got) claimed = got->messages;
      return got.has_value();
    }));
    EXPECT_EQ(claimed, numbers(first, first + 2));
    ASSERT_TRUE(consumer->release());
  }
  EXPECT_EQ(length(), 0);
}

TEST_F(RedisReadAheadTest, IsForgottenWhereAnotherHasTheLease) {
  push(0, 10);
  ManualClock clock(0);
  RedisConsumer first(options_, SpoolOptions{dir_.path("spool"), 1, 1}, "elsewhere:1:a", clock);
  EXPECT_EQ(claim(first, 2), numbers(0, 2));
  ASSERT_TRUE(first.release());
  call({"DEL", "events:lease"});
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*second, 3), numbers(2, 5));
  clock.advance_ms(RedisLease::kRenewMs + 1);

  EXPECT_TRUE(claim(first, 2).empty());
  second->give_up();
  second.reset();

  EXPECT_EQ(claim(first, 2), numbers(2, 4));
  EXPECT_EQ(claims_of_what_was_read(), 0);
}

// It does not know yet that it has lost its lease. Both have some of the same in hand, which is
// stored twice; what none of them has stays.
TEST_F(RedisReadAheadTest, RemovesNothingThatOnlyAnotherWouldHaveClaimed) {
  push(0, 10);
  auto first = consumer("elsewhere:1:a");
  EXPECT_EQ(claim(*first, 2), numbers(0, 2));
  ASSERT_TRUE(first->release());
  call({"DEL", "events:lease"});
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*second, 3), numbers(2, 5));

  EXPECT_EQ(claim(*first, 2), numbers(2, 3));  // As of one that somebody died with.
  ASSERT_TRUE(second->release());
  ASSERT_TRUE(first->release());

  EXPECT_EQ(length(), 5);
}

TEST_F(RedisReadAheadTest, WorksWhereScriptsMayNotBeNamed) {
  call({"ACL", "SETUSER", "default", "-evalsha", "-script|load"});
  push(0, 40);
  auto consumer = this->consumer();
  for (int first = 0; first < 40; first += 10) {
    EXPECT_EQ(claim(*consumer, 10), numbers(first, first + 10));
    ASSERT_TRUE(consumer->release());
  }
  EXPECT_EQ(length(), 0);
}

}  // namespace
}  // namespace penstock::queue
