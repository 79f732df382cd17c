#include "queue/redis/receipts.h"

#include <csignal>

#include <gtest/gtest.h>
#include <hiredis.h>
#include <sys/wait.h>
#include <unistd.h>

#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

TEST(RedisMark, IsAMessagesLengthHeadAndTail) {
  EXPECT_EQ(mark_of(""), "0:");
  EXPECT_EQ(mark_of("ab"), "2:abab");
  const std::string text = std::string(300, 'a') + std::string(300, 'b');
  EXPECT_EQ(mark_of(text), "600:" + std::string(256, 'a') + std::string(256, 'b'));
}

class RedisReceiptsTest : public RedisTest {
 protected:
  using RedisTest::RedisTest;
  void SetUp() override {
    RedisTest::SetUp();
    next_life();
  }
  // Whoever claimed dies with its claim; the lease is not waited for.
  void next_life() {
    consumer_.reset();
    consumer_ = consumer();
  }
  void push(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) {
      ASSERT_TRUE(client_->call({"LPUSH", "events", text}));
    }
  }
  Claim claim(std::size_t messages_max = 100) {
    auto claimed = consumer_->claim(messages_max, 4 << 20, 0);
    EXPECT_TRUE(claimed) << (claimed ? "" : to_text(claimed.error()));
    return claimed ? *claimed : Claim();
  }
  // "message:receipts", "!" behind it where it is alone.
  std::string claim_text(std::size_t messages_max = 100) {
    const Claim claimed = claim(messages_max);
    std::string text;
    for (const std::string& message : claimed.messages) text += message.substr(0, 8) + " ";
    return text + std::to_string(claimed.receipts) + (claimed.is_alone ? "!" : "");
  }
  bool has_record() { return number({"EXISTS", "events:receipts"}) == 1; }

  std::unique_ptr<RedisConsumer> consumer_;
};

TEST_F(RedisReceiptsTest, AreOneAndLeaveNothingBehind) {
  push({"a", "b", "c"});
  EXPECT_EQ(claim_text(), "a b c 1");
  EXPECT_TRUE(has_record());

  ASSERT_TRUE(consumer_->release());

  EXPECT_FALSE(has_record());
}

// The one that kills is found among others, and only it is counted.
TEST_F(RedisReceiptsTest, FindTheOneThatKills) {
  push({"a", "killer", "c"});
  EXPECT_EQ(claim_text(), "a killer c 1");
  next_life();
  push({"d"});
  EXPECT_EQ(claim_text(), "a 1!");
  ASSERT_TRUE(consumer_->release());
  for (const char* expected : {"killer 1!", "killer 2!", "killer 3!", "killer 4!"}) {
    EXPECT_EQ(claim_text(), expected);
    if (std::string_view(expected) != "killer 4!") next_life();
  }

  ASSERT_TRUE(consumer_->set_aside("killer", "it kills"));
  ASSERT_TRUE(consumer_->release());

  EXPECT_EQ(claim_text(), "c 1!");
  ASSERT_TRUE(consumer_->release());
  EXPECT_EQ(claim_text(), "d 1");  // Behind the place.
}

TEST_F(RedisReceiptsTest, CountAMessageThatIsTheOnlyOne) {
  push({"killer"});
  EXPECT_EQ(claim_text(), "killer 1");
  for (const char* expected : {"killer 2!", "killer 3!", "killer 4!"}) {
    next_life();
    EXPECT_EQ(claim_text(), expected);
  }
}

TEST_F(RedisReceiptsTest, BuryNoBatchHoweverOftenItsWorkerIsKilled) {
  push({"a", "b"});
  EXPECT_EQ(claim_text(), "a b 1");
  for (int i = 0; i < 2; ++i) {
    next_life();
    EXPECT_EQ(claim_text(), i == 0 ? "a 1!" : "a 2!");
  }
  ASSERT_TRUE(consumer_->release());
  EXPECT_EQ(claim_text(), "b 1!");
}

TEST_F(RedisReceiptsTest, AreNotCountedWhereAClaimIsGivenUp) {
  push({"a", "b"});
  EXPECT_EQ(claim_text(), "a b 1");
  consumer_->give_up();
  next_life();
  EXPECT_EQ(claim_text(), "a b 1");
  next_life();
  EXPECT_EQ(claim_text(), "a 1!");
  next_life();
  EXPECT_EQ(claim_text(), "a 2!");
  consumer_->give_up();
  EXPECT_EQ(claim_text(), "a 2!");
  consumer_->give_up();
  next_life();
  EXPECT_EQ(claim_text(), "a 2!");
}

// A release that failed is no death: who claims again is the same.
TEST_F(RedisReceiptsTest, AreNotCountedWhereTheConnectionWasLost) {
  push({"a", "b"});
  EXPECT_EQ(claim_text(), "a b 1");
  redis_.kill();
  EXPECT_FALSE(consumer_->release());
  ASSERT_TRUE(redis_.start());

  Claim again;
  ASSERT_TRUE(testing::wait_until([&] {
    auto claimed = consumer_->claim(100, 100, 0);
    if (claimed) again = *claimed;
    return claimed.has_value();
  }));

  EXPECT_EQ(again.messages, (Texts{"a", "b"}));
  EXPECT_EQ(again.receipts, 1U);
  EXPECT_FALSE(again.is_alone);
}

TEST_F(RedisReceiptsTest, GoOnWhereSomebodyElseTookTheFirst) {
  push({"a", "b", "c"});
  EXPECT_EQ(claim_text(), "a b c 1");
  next_life();
  ASSERT_TRUE(client_->call({"RPOP", "events"}));
  EXPECT_EQ(claim_text(), "b 1!");
  next_life();
  EXPECT_EQ(claim_text(), "b 2!");
}

TEST_F(RedisReceiptsTest, EndWithTheList) {
  push({"a", "b"});
  EXPECT_EQ(claim_text(), "a b 1");
  next_life();
  ASSERT_TRUE(client_->call({"DEL", "events"}));
  EXPECT_TRUE(claim().messages.empty());
  EXPECT_FALSE(has_record());
}

TEST_F(RedisReceiptsTest, AreNotCountedWhereTheyMayNotBeRead) {
  push({"a", "b"});
  ASSERT_TRUE(client_->call({"ACL", "SETUSER", "default", "-hmget"}));
  EXPECT_EQ(claim_text(), "a b 1");
  next_life();
  EXPECT_EQ(claim_text(), "a b 1");
}

// The same, where claims were read while the one before was stored.
class RedisReadAheadReceiptsTest : public RedisReceiptsTest {
 protected:
  void SetUp() override {
    RedisReceiptsTest::SetUp();
    watch_commands();
  }
  // Claims two at a time, up to those that were read ahead.
  void claim_and_release(std::string_view expected) {
    EXPECT_EQ(claim_text(2), expected);
    ASSERT_TRUE(consumer_->release());
  }
  void expect_claim_of_what_was_read(std::string_view expected) {
    const int before = runs(claim_script());
    EXPECT_EQ(claim_text(2), expected);
    EXPECT_EQ(runs(claim_script()), before);
  }
  // But who holds it.
  Texts record() {
    return texts({"HMGET", "events:receipts", "open", "alone", "left", "deaths", "mark"});
  }
};

TEST_F(RedisReadAheadReceiptsTest, AreWhatAnotherClaimOfTheseWrites) {
  push({"a", "b", "c", "d", "e"});
  claim_and_release("a b 1");
  expect_claim_of_what_was_read("c d 1");
  const Texts two = record();
  const std::string holder = text({"HGET", "events:receipts", "holder"});
  consumer_->give_up();
  EXPECT_EQ(claim_text(2), "c d 1");
  EXPECT_EQ(record(), two);
  EXPECT_EQ(text({"HGET", "events:receipts", "holder"}), holder);
  EXPECT_EQ(two, (Texts{"1", "0", "2", "0", mark_of("c")}));
  ASSERT_TRUE(consumer_->release());
  EXPECT_FALSE(has_record());

  push({"f"});
  EXPECT_EQ(claim(1).messages, Texts{"e"});
  ASSERT_TRUE(consumer_->release());
  const int before = runs(claim_script());
  EXPECT_EQ(claim(1).messages, Texts{"f"});
  EXPECT_EQ(runs(claim_script()), before);
  EXPECT_EQ(record(), (Texts{"1", "1", "1", "0", mark_of("f")}));
}

TEST_F(RedisReadAheadReceiptsTest, FindTheOneThatKills) {
  push({"a", "b", "c", "killer", "e", "f"});
  claim_and_release("a b 1");
  expect_claim_of_what_was_read("c killer 1");
  next_life();
  const int reads = runs(read_ahead_script());
  claim_and_release("c 1!");
  for (const char* expected : {"killer 1!", "killer 2!", "killer 3!", "killer 4!"}) {
    EXPECT_EQ(claim_text(1), expected);
    if (std::string_view(expected) != "killer 4!") next_life();
  }
  ASSERT_TRUE(consumer_->set_aside("killer", "it kills"));
  ASSERT_TRUE(consumer_->release());
  EXPECT_EQ(runs(read_ahead_script()), reads) << "nothing is read behind what is claimed alone";
  claim_and_release("e f 1");
}

TEST_F(RedisReadAheadReceiptsTest, CountAMessageThatWasReadAloneAheadOfItsTime) {
  push({"a", "killer", "c"});
  EXPECT_EQ(claim(1).messages, Texts{"a"});
  ASSERT_TRUE(consumer_->release());
  EXPECT_EQ(claim(1).messages, Texts{"killer"});
  for (const char* expected : {"killer 2!", "killer 3!", "killer 4!"}) {
    next_life();
    EXPECT_EQ(claim_text(2), expected);
  }
}

TEST_F(RedisReadAheadReceiptsTest, AreNotCountedWhereAClaimIsGivenUp) {
  push({"a", "b", "c", "d"});
  claim_and_release("a b 1");
  expect_claim_of_what_was_read("c d 1");
  consumer_->give_up();
  next_life();
  EXPECT_EQ(claim_text(2), "c d 1");
}

// Somebody died with what we have read: it is claimed one by one, whatever we know of it.
TEST_F(RedisReadAheadReceiptsTest, AreThoseOfWhoeverDiedWithThemMeanwhile) {
  push({"a", "b", "c", "d", "e"});
  claim_and_release("a b 1");
  ASSERT_TRUE(client_->call({"DEL", "events:lease"}));
  auto other = consumer("elsewhere:2:b");
  EXPECT_EQ(other->claim(2, 100, 0)->messages, (Texts{"c", "d"}));
  other.reset();

  claim_and_release("c 1!");
  claim_and_release("d 1!");
  claim_and_release("e 1");
}

class FullRedisReceiptsTest : public RedisReceiptsTest {
 protected:
  FullRedisReceiptsTest()
      : RedisReceiptsTest({"--maxmemory", "8mb", "--maxmemory-policy", "noeviction"}) {}
};

// Draining is what frees it: the one that kills must not stand in the way for ever.
TEST_F(FullRedisReceiptsTest, AreCounted) {
  push({"killer"});
  while (true) {
    const auto reply = client_->call({"LPUSH", "events", std::string(10'000, 'x')});
    if ((*reply)->type == REDIS_REPLY_ERROR) break;
  }
  EXPECT_EQ(claim(1).receipts, 1U);
  for (std::uint32_t receipts = 2; receipts <= kReceiptsMax + 1; ++receipts) {
    next_life();
    EXPECT_EQ(claim().receipts, receipts);
  }
  ASSERT_TRUE(consumer_->release());
  EXPECT_EQ(claim().receipts, 1U);
}

}  // namespace
}  // namespace penstock::queue
