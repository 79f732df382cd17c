#include "queue/redis/consumer.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "base/bytes.h"
#include "base/random.h"
#include "base/text.h"
#include "event/batch.h"
#include "queue/redis/receipts.h"
#include "queue/redis/redis_testing.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

class RedisConsumerTest : public RedisTest {
 protected:
  using RedisTest::RedisTest;
};

TEST_F(RedisConsumerTest, ClaimsMoreThanOneStepOfTheScript) {
  Texts sent;
  for (int i = 0; i < 100; ++i) {
    sent.push_back(std::to_string(i));
    call({"LPUSH", "events", sent.back()});
  }
  auto consumer = this->consumer();

  EXPECT_EQ(claim(*consumer, 50), Texts(sent.begin(), sent.begin() + 50));
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(claim(*consumer, 500), Texts(sent.begin() + 50, sent.end()));
}

// Of any lengths, the first of them empty too: the oldest ones that fit, and one at least.
TEST_F(RedisConsumerTest, ClaimsWhatHasRoom) {
  constexpr std::size_t kBytesMax = 20'000;
  Random random(7);
  for (const std::size_t longest : {1UL, 30UL, 900UL, 5'000UL, 30'000UL}) {
    Texts sent(60);
    for (std::size_t i = 3; i < sent.size(); ++i) {
      const std::size_t longest_here = i % 20 < 10 ? longest : 40;
      sent[i] = std::string(random.next() % longest_here, static_cast<char>('a' + i % 26));
    }
    for (const std::string& message : sent) call({"LPUSH", "events", message});
    auto consumer = this->consumer();
    for (std::size_t first = 0; first < sent.size();) {
      std::size_t end = first;
      for (std::size_t bytes = 0; end < sent.size() && end - first < 40; ++end) {
        bytes += sent[end].size();
        if (end > first && bytes > kBytesMax) break;
      }
      const auto claimed = consumer->claim(40, kBytesMax, 0);
      ASSERT_TRUE(claimed);
      const auto at = sent.begin() + static_cast<std::ptrdiff_t>(first);
      ASSERT_EQ(claimed->messages, Texts(at, at + static_cast<std::ptrdiff_t>(end - first)));
      ASSERT_TRUE(consumer->release());
      first = end;
    }
    ASSERT_EQ(length(), 0);
  }
}

// A Ruby Sidekiq on the same list takes from its tail while we have claimed it.
TEST_F(RedisConsumerTest, RemovesOnlyItsOwnWhereSomebodyElsePopped) {
  call({"LPUSH", "events", "a", "b", "c", "d", "e"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 3), (Texts{"a", "b", "c"}));
  call({"RPOP", "events"});
  call({"RPOP", "events"});

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(claim(*consumer), (Texts{"d", "e"}));
}

TEST_F(RedisConsumerTest, RemovesOnlyItsOwnWhereSomebodyElsePutBack) {
  call({"LPUSH", "events", "a", "b", "c"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 2), (Texts{"a", "b"}));
  call({"RPUSH", "events", "z"});

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(claim(*consumer), (Texts{"z", "c"}));
}

TEST_F(RedisConsumerTest, TrimsNothingAfterTheListWasReplaced) {
  call({"LPUSH", "events", "a", "b"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer), (Texts{"a", "b"}));
  call({"DEL", "events"});
  call({"LPUSH", "events", "c", "d"});

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(length(), 2);
}

TEST_F(RedisConsumerTest, RemovesAsManyEqualMessagesAsItClaimed) {
  call({"LPUSH", "events", "x", "x", "x", "y"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 2), (Texts{"x", "x"}));
  call({"RPUSH", "events", "z"});  // So that the tail is not what was claimed.

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(claim(*consumer), (Texts{"z", "x", "y"}));
}

TEST_F(RedisConsumerTest, ShowsWhatItHasInHand) {
  call({"LPUSH", "events", "a", "b"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer).size(), 2U);

  const auto marker = call({"GET", "events:working:elsewhere:1:a"});
  ASSERT_EQ(marker->type, REDIS_REPLY_STRING);
  EXPECT_EQ(std::string(marker->str).rfind("{\"messages\":2,", 0), 0U);
  EXPECT_GT(call({"PTTL", "events:working:elsewhere:1:a"})->integer, 0);

  ASSERT_TRUE(consumer->release());
  EXPECT_TRUE(claim(*consumer).empty());
  EXPECT_EQ(call({"EXISTS", "events:working:elsewhere:1:a"})->integer, 0);
}

TEST_F(RedisConsumerTest, ReportsTheFaultAndConnectsAgain) {
  call({"LPUSH", "events", "a"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), Texts{"a"});
  redis_.kill();

  EXPECT_EQ(consumer->release().error().code, ErrorCode::kDisconnected);
  EXPECT_EQ(consumer->claim(1, 100, 0).error().code, ErrorCode::kDisconnected);
  ASSERT_TRUE(redis_.start());

  ASSERT_TRUE(testing::wait_until([&] {
    auto claimed = consumer->claim(1, 100, 0);
    return claimed && claimed->messages == Texts{"a"};
  }));
  EXPECT_TRUE(consumer->release());
}

TEST_F(RedisConsumerTest, DropsAServerThatHangs) {
  options_.timeout_ms = 200;
  call({"LPUSH", "events", "a"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), Texts{"a"});
  redis_.pause();

  EXPECT_EQ(consumer->release().error().code, ErrorCode::kDisconnected);
  redis_.resume();

  // The release may have reached it after all: either way nothing else is claimed.
  ASSERT_TRUE(testing::wait_until([&] { return consumer->claim(1, 100, 0).has_value(); }));
}

TEST_F(RedisConsumerTest, NamesConfigurationWhereTheKeyIsNoList) {
  call({"SET", "events", "text"});
  auto consumer = this->consumer();

  EXPECT_EQ(consumer->claim(1, 100, 0).error().code, ErrorCode::kConfiguration);
}

TEST_F(RedisConsumerTest, KnowsTheAgeOfANativeBatchAndOfAJob) {
  event::BatchWriter writer;
  event::Record record;
  record.name = "pageview";
  record.received_at_ms = 1'795'515'837'312;
  writer.add(record);
  EXPECT_EQ(received_at_of(writer.finish()), 1'795'515'837'312);
  EXPECT_EQ(received_at_of(R"({"args":[{"created_at":5}],"created_at":1795515837.312})"),
            1'795'515'837'312);
  EXPECT_EQ(received_at_of(R"({"created_at":1795515837312,"x":1})"), 1'795'515'837'312);
  EXPECT_EQ(received_at_of("{}"), 0);
  EXPECT_EQ(received_at_of("\xb5 no batch"), 0);

  call({"LPUSH", "events", writer.finish()});
  EXPECT_GT(consumer()->state()->oldest_seconds, 0);
}

// Commands that Redis has run; the question for it included.
std::int64_t commands(RedisClient& client) {
  const auto reply = client.call({"INFO", "stats"});
  const std::string_view text((*reply)->str, (*reply)->len);
  return parse_int(info_value(text, "total_commands_processed")).value_or(-1);
}

TEST_F(RedisConsumerTest, WaitsInRedisWhereTheListIsEmpty) {
  auto consumer = this->consumer();
  EXPECT_TRUE(claim(*consumer).empty());
  const std::int64_t before = commands(*client_);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(consumer->claim(10, 100, 100)->messages.empty());
  EXPECT_LE(commands(*client_) - before, 6);  // One each, and ours.

  std::thread sender([this] {
    RedisClient client(options_, system_clock_);
    EXPECT_TRUE(client.call({"LPUSH", "events", "a", "b"}));
  });
  const auto claimed = consumer->claim(10, 100, 20'000);
  sender.join();
  EXPECT_EQ(claimed->messages, (Texts{"a", "b"}));  // In their order.
}

TEST_F(RedisConsumerTest, LooksAgainWhereItMayNotWaitInRedis) {
  auto consumer = this->consumer();
  ASSERT_TRUE(call({"ACL", "SETUSER", "default", "-blmove"}));
  std::thread sender([this] {
    RedisClient client(options_, system_clock_);
    EXPECT_TRUE(client.call({"LPUSH", "events", "a"}));
  });
  const auto claimed = consumer->claim(10, 100, 20'000);
  sender.join();
  EXPECT_EQ(claimed->messages, Texts{"a"});
}

// What a worker calls from a thread beside the one that claims.
TEST_F(RedisConsumerTest, KeepsItsClaimLongerThanItsLease) {
  call({"LPUSH", "events", "a", "b"});
  auto first = consumer("elsewhere:1:a");
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*first), (Texts{"a", "b"}));
  call({"PEXPIRE", "events:lease", "200"});

  std::thread([&] { EXPECT_TRUE(first->keep().value()); }).join();

  EXPECT_GT(number({"PTTL", "events:lease"}), 200);
  EXPECT_TRUE(claim(*second).empty());
  ASSERT_TRUE(first->release());
  EXPECT_EQ(length(), 0);
}

// As where Redis was away for a while.
TEST_F(RedisConsumerTest, TakesALapsedLeaseBackWhereNobodyElseDid) {
  call({"LPUSH", "events", "a"});
  auto first = consumer("elsewhere:1:a");
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*first), Texts{"a"});
  call({"DEL", "events:lease"});

  EXPECT_TRUE(first->keep().value());

  EXPECT_TRUE(claim(*second).empty());
  ASSERT_TRUE(first->release());
  first.reset();
  call({"LPUSH", "events", "next"});
  const auto next = second->claim(10, 100, 0);
  EXPECT_EQ(next->messages, Texts{"next"});
  EXPECT_EQ(next->receipts, 1U);
}

TEST_F(RedisConsumerTest, TellsWhereAnotherHasItsClaim) {
  call({"LPUSH", "events", "a"});
  auto first = consumer("elsewhere:1:a");
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*first), Texts{"a"});
  call({"DEL", "events:lease"});
  EXPECT_EQ(claim(*second), Texts{"a"});

  EXPECT_FALSE(first->keep().value());

  redis_.kill();
  EXPECT_EQ(first->keep().error().code, ErrorCode::kDisconnected);
}

class FullRedisTest : public RedisConsumerTest {
 protected:
  FullRedisTest() : RedisConsumerTest({"--maxmemory", "8mb", "--maxmemory-policy", "noeviction"}) {}
  std::size_t fill() {
    const std::string message(10'000, 'x');
    std::size_t count = 0;
    while (call({"LPUSH", "events", message})->type != REDIS_REPLY_ERROR) ++count;
    return count;
  }
};

// Draining is what frees a full Redis, so nothing on this way may ask it for memory.
TEST_F(FullRedisTest, IsDrained) {
  const std::size_t count = fill();
  ASSERT_GT(count, 100U);
  auto consumer = this->consumer();

  std::size_t drained = 0;
  while (true) {
    const Texts claimed = claim(*consumer, 20);
    if (claimed.empty()) break;
    drained += claimed.size();
    ASSERT_TRUE(consumer->release());
  }

  EXPECT_EQ(drained, count);
  EXPECT_EQ(call({"LPUSH", "events", "again"})->type, REDIS_REPLY_INTEGER);
}

TEST_F(FullRedisTest, IsDrainedByWhatIsReadAhead) {
  watch_commands();
  fill();
  auto consumer = this->consumer();
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(claim(*consumer, 20).size(), 20U);
    EXPECT_EQ(text({"HGET", "events:receipts", "left"}), "20");
    if (i < 3) {
      ASSERT_TRUE(consumer->release());
    }
  }
  EXPECT_EQ(runs(claim_script()), 1);
}

TEST_F(FullRedisTest, IsDrainedByOneOfTwoAtATime) {
  const auto count = static_cast<std::int64_t>(fill());
  auto first = consumer("elsewhere:1:a");
  auto second = consumer("elsewhere:2:b");
  EXPECT_EQ(claim(*first, 5).size(), 5U);
  EXPECT_TRUE(claim(*second, 7).empty());

  ASSERT_TRUE(first->release());
  first.reset();

  EXPECT_EQ(claim(*second, 7).size(), 7U);
  ASSERT_TRUE(second->release());
  EXPECT_EQ(length(), count - 12);
}

TEST_F(FullRedisTest, SetsAsideIntoTheSpool) {
  fill();
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer, 1).size(), 1U);

  ASSERT_TRUE(consumer->set_aside("poison", "reason"));

  EXPECT_EQ(DeadLetterFile(dir_.path("spool")).count().value(), 1U);
}

}  // namespace
}  // namespace penstock::queue
