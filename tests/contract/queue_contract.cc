// The contract of queue.h, over every queue that there is.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/bytes.h"
#include "queue/consumer.h"
#include "queue/contract/queue.h"
#include "queue/producer.h"
#include "support/redis_server.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;
using Texts = std::vector<std::string>;

enum class Backend : std::uint8_t { kSpool, kRedisSocket, kRedisTcp };

class QueueContract : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    if (GetParam() == Backend::kSpool) return;
    ASSERT_TRUE(redis_.start());
  }
  std::optional<RedisOptions> redis_options() const {
    if (GetParam() == Backend::kSpool) return std::nullopt;
    RedisOptions options;
    options.address = GetParam() == Backend::kRedisSocket ? redis_.address() : redis_.tcp_address();
    options.key = "events";
    return options;
  }
  std::unique_ptr<Producer> producer() {
    ProducerOptions options;
    options.redis = redis_options();
    options.spool = spool_;
    auto made = make_producer(options, loop_, clock_, outcomes_);
    EXPECT_TRUE(made);
    if (options.redis) {
      EXPECT_TRUE(run_until(loop_, [&] { return (*made)->state().is_redis_up; }));
    }
    return std::move(*made);
  }
  ConsumerOptions consumer_options() {
    ConsumerOptions options;
    options.redis = redis_options();
    options.spool = spool_;
    // Not a process of this host, so that nobody is taken for dead.
    options.worker = "elsewhere:1:" + std::to_string(++workers_);
    return options;
  }
  std::unique_ptr<Consumer> consumer() {
    auto made = make_consumer(consumer_options(), clock_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void submit_and_wait(Producer& producer, Texts messages) {
    const std::uint64_t ticket = ++tickets_;
    producer.submit(submission_of(ticket, std::move(messages)));
    EXPECT_FALSE(outcomes_.has(ticket)) << "answered from within submit()";
    ASSERT_TRUE(run_until(loop_, [&] { return outcomes_.has(ticket); }));
    EXPECT_EQ(outcomes_.at(ticket), Stored::kQueued);
  }
  static Texts claim(Consumer& consumer, std::size_t messages_max = 1'000,
                     std::size_t bytes_max = 1 << 20) {
    auto claimed = consumer.claim(messages_max, bytes_max, 200);
    EXPECT_TRUE(claimed) << (claimed ? "" : to_text(claimed.error()));
    return claimed ? claimed->messages : Texts();
  }
  static Texts drain(Consumer& consumer, std::size_t messages_max = 1'000) {
    Texts all;
    while (true) {
      const Texts claimed = claim(consumer, messages_max);
      if (claimed.empty()) return all;
      all.insert(all.end(), claimed.begin(), claimed.end());
      EXPECT_TRUE(consumer.release());
    }
  }

  testing::TempDir dir_;
  testing::RedisServer redis_;
  SpoolOptions spool_{dir_.path("spool"), 1 << 30, 1 << 20};
  SystemClock clock_;
  io::Loop loop_;
  testing::Outcomes outcomes_;
  std::uint64_t tickets_ = 0;
  int workers_ = 0;
};

std::string name_of(const ::testing::TestParamInfo<Backend>& backend) {
  switch (backend.param) {
    case Backend::kSpool:
      return "Spool";
    case Backend::kRedisSocket:
      return "RedisSocket";
    case Backend::kRedisTcp:
      return "RedisTcp";
  }
  return "";
}

INSTANTIATE_TEST_SUITE_P(All, QueueContract,
                         ::testing::Values(Backend::kSpool, Backend::kRedisSocket,
                                           Backend::kRedisTcp),
                         name_of);

TEST_P(QueueContract, BringsMessagesInOrder) {
  auto producer = this->producer();
  Texts sent;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::string a = "a" + std::to_string(i);
    const std::string b = "b" + std::to_string(i);
    sent.insert(sent.end(), {a, b});
    producer->submit(submission_of(i, {a, b}));
  }
  EXPECT_EQ(outcomes_.size(), 0U);
  ASSERT_TRUE(run_until(loop_, [&] { return producer->in_flight() == 0; }));
  EXPECT_EQ(outcomes_.count(Stored::kQueued), 300U);
  EXPECT_FALSE(outcomes_.is_answered_twice());

  auto consumer = this->consumer();

  EXPECT_EQ(drain(*consumer, 7), sent);
}

TEST_P(QueueContract, KeepsWhatItAnsweredWithoutItsProducer) {
  submit_and_wait(*producer(), {"a", "b"});

  auto consumer = this->consumer();

  EXPECT_EQ(claim(*consumer), (Texts{"a", "b"}));
}

TEST_P(QueueContract, KeepsBytesOfEveryKindAndSize) {
  auto producer = this->producer();
  const Texts sent = {std::string("\0\xb5\r\n$-1\r\n", 9), "", std::string(700'000, '\xff'),
                      std::string(20'000, 'x'), "{\"class\":\"X\"}"};
  submit_and_wait(*producer, sent);

  auto consumer = this->consumer();
  auto claimed = consumer->claim(10, 2 << 20, 200);

  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->messages, sent);
  for (const std::string& message : claimed->messages) {
    EXPECT_GE(message.capacity(), message.size() + kReadablePadding);
  }
}

TEST_P(QueueContract, ClaimsWithinLimitsButAtLeastOne) {
  auto producer = this->producer();
  const std::string big(30'000, 'x');
  submit_and_wait(*producer, {big, big, "c", "d", "e"});
  auto consumer = this->consumer();

  EXPECT_EQ(claim(*consumer, 10, 1), Texts{big});
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(claim(*consumer, 10, 30'001), (Texts{big, "c"}));
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(claim(*consumer, 1), Texts{"d"});
}

TEST_P(QueueContract, DeliversAgainWhatADeadConsumerHadClaimed) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a", "b", "c"});
  {
    auto dies = consumer();
    EXPECT_EQ(claim(*dies, 1), Texts{"a"});
    ASSERT_TRUE(dies->release());
    EXPECT_EQ(claim(*dies, 2), (Texts{"b", "c"}));
  }

  auto next = consumer();

  EXPECT_EQ(drain(*next), (Texts{"b", "c"}));
}

TEST_P(QueueContract, IsEmptyAfterTheRelease) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a", "b"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer).size(), 2U);
  EXPECT_EQ(consumer->state()->depth, 2U) << "claimed messages count";

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(consumer->state()->depth, 0U);
  EXPECT_TRUE(claim(*consumer).empty());
}

TEST_P(QueueContract, LeavesWhatCameAfterTheClaim) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a"});
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer), Texts{"a"});
  submit_and_wait(*producer, {"b"});

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(claim(*consumer), Texts{"b"});
}

TEST_P(QueueContract, LetsOneConsumerReadAtATime) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a"});
  auto first = consumer();
  auto second = consumer();
  EXPECT_EQ(claim(*first), Texts{"a"});

  const auto meanwhile = second->claim(1, 100, 0);
  EXPECT_TRUE(meanwhile ? meanwhile->messages.empty()
                        : meanwhile.error().code == ErrorCode::kOverloaded);
  first.reset();

  EXPECT_EQ(claim(*second), Texts{"a"});
}

TEST_P(QueueContract, SetsMessagesAsideAndGoesOn) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"poison", "good"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer).size(), 2U);

  ASSERT_TRUE(consumer->set_aside("poison", "not a batch"));
  ASSERT_TRUE(consumer->release());

  EXPECT_TRUE(claim(*consumer).empty());
  auto inspector = make_inspector(consumer_options(), clock_);
  EXPECT_EQ((*inspector)->dead_letters().value(), 1U);
  EXPECT_EQ((*inspector)->state()->depth, 0U);
}

TEST_P(QueueContract, BringsEveryMessageOnceToAConsumerThatKeepsUp) {
  auto producer = this->producer();
  auto consumer = this->consumer();
  Texts sent;
  Texts got;
  for (std::uint64_t i = 0; i < 200; ++i) {
    sent.push_back("m" + std::to_string(i));
    submit_and_wait(*producer, {sent.back()});
    auto claimed = consumer->claim(3, 1'000, 0);
    ASSERT_TRUE(claimed);
    if (claimed->messages.empty()) continue;
    got.insert(got.end(), claimed->messages.begin(), claimed->messages.end());
    ASSERT_TRUE(consumer->release());
  }
  const Texts rest = drain(*consumer);
  got.insert(got.end(), rest.begin(), rest.end());

  EXPECT_EQ(got, sent);
}

}  // namespace
}  // namespace penstock::queue
