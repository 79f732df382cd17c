// The contract of queue.h, over every row of backends() and every way to reach it.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/bytes.h"
#include "queue/backend.h"
#include "queue/consumer.h"
#include "queue/contract/queue.h"
#include "queue/dead_letter_box.h"
#include "queue/producer.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"
#include "support/tls_redis_server.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;
using testing::TlsRedisServer;
using Texts = std::vector<std::string>;

// A row of backends(), by one of the ways in which it is reached.
struct Way {
  const char* name;
  std::string_view backend;
  std::string (*url)(const TlsRedisServer& redis);
  const char* sidekiq_queue = "";
};

constexpr Way kWays[] = {
    {"Spool", "spool", [](const TlsRedisServer&) { return std::string("spool:"); }},
    {"RedisSocket", "redis",
     [](const TlsRedisServer& redis) { return redis.server().address().text(); }},
    {"RedisTcp", "redis",
     [](const TlsRedisServer& redis) { return redis.server().tcp_address().text(); }},
    {"RedisTls", "redis", [](const TlsRedisServer& redis) { return redis.address().text(); }},
    {"Sidekiq", "redis",
     [](const TlsRedisServer& redis) { return redis.server().address().text(); }, "low"},
};

TEST(QueueContractWays, LeaveOutNoBackend) {
  for (const Backend& backend : backends()) {
    EXPECT_TRUE(std::any_of(std::begin(kWays), std::end(kWays), [&backend](const Way& way) {
      return way.backend == backend.name;
    })) << backend.name;
  }
}

class QueueContract : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (is_remote()) {
      ASSERT_TRUE(redis_.start());
    }
    options_.url = GetParam().url(redis_);
    const tls::ClientFiles files = redis_.files();
    options_.tls_ca = files.ca;
    options_.tls_certificate = files.certificate;
    options_.tls_key = files.key;
    options_.key = "events";
    options_.sidekiq_queue = GetParam().sidekiq_queue;
    options_.spool = {dir_.path("spool"), 1 << 30, 1 << 20};
    EXPECT_EQ(find_backend(options_.url)->name, GetParam().backend);
  }
  bool is_remote() const {
    return std::any_of(backends().begin(), backends().end(), [](const Backend& backend) {
      return backend.name == GetParam().backend && backend.capabilities.is_remote;
    });
  }
  std::unique_ptr<Producer> producer() {
    auto made = make_producer({options_, 0}, loop_, clock_, outcomes_);
    EXPECT_TRUE(made);
    if (is_remote()) {
      EXPECT_TRUE(run_until(loop_, [&] { return (*made)->state().is_remote_up; }));
    }
    return std::move(*made);
  }
  // Not a process of this host, so that nobody is taken for dead.
  ConsumerOptions consumer_options() {
    return {options_, "elsewhere:1:" + std::to_string(++workers_)};
  }
  std::unique_ptr<Consumer> consumer() {
    auto made = make_consumer(consumer_options(), clock_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  std::unique_ptr<Inspector> inspector() {
    auto made = make_inspector(consumer_options(), clock_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  std::unique_ptr<DeadLetterBox> dead_letters() {
    auto made = make_dead_letter_box(consumer_options(), clock_);
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
  TlsRedisServer redis_;
  QueueOptions options_;
  SystemClock clock_;
  io::Loop loop_;
  testing::Outcomes outcomes_;
  std::uint64_t tickets_ = 0;
  int workers_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, QueueContract, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

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
  auto inspector = this->inspector();
  EXPECT_EQ(inspector->dead_letters().value(), 1U);
  EXPECT_EQ(inspector->state()->depth, 0U);
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

TEST_P(QueueContract, CountsTheDeathsOfAMessagesConsumers) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"good", "killer", "after"});
  EXPECT_EQ(claim(*consumer()).size(), 3U);
  std::uint32_t receipts = 0;
  for (int deaths = 0; receipts <= kReceiptsMax; ++deaths) {
    ASSERT_LE(deaths, 10);
    auto dies = consumer();
    auto claimed = dies->claim(1'000, 1 << 20, 200);
    ASSERT_TRUE(claimed);
    ASSERT_EQ(claimed->messages.size(), 1U);
    EXPECT_TRUE(claimed->is_alone);
    if (claimed->messages.front() == "good") {
      EXPECT_EQ(claimed->receipts, 1U);
      ASSERT_TRUE(dies->release());
      continue;
    }
    EXPECT_EQ(claimed->messages, Texts{"killer"});
    EXPECT_EQ(claimed->receipts, ++receipts);
  }

  auto next = consumer();
  ASSERT_EQ(claim(*next), Texts{"killer"});
  ASSERT_TRUE(next->set_aside("killer", "kills"));
  ASSERT_TRUE(next->release());

  auto claimed = next->claim(1'000, 1 << 20, 200);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->messages, Texts{"after"});
  EXPECT_EQ(claimed->receipts, 1U);
  EXPECT_EQ(dead_letters()->count().value(), 1U);
}

TEST_P(QueueContract, CountsNoClaimThatWasGivenUp) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a", "b"});
  for (int i = 0; i < 5; ++i) {
    auto consumer = this->consumer();
    auto claimed = consumer->claim(1'000, 1 << 20, 200);
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->messages, (Texts{"a", "b"}));
    EXPECT_EQ(claimed->receipts, 1U);
    EXPECT_FALSE(claimed->is_alone);
    consumer->give_up();
    EXPECT_EQ(claim(*consumer), (Texts{"a", "b"})) << "and may be claimed again at once";
    consumer->give_up();
    consumer->give_up();  // Of which there is none any more.
  }
}

// As the worker does beside a store that takes its time.
TEST_P(QueueContract, KeepsAClaimThatIsWorkedOn) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a", "b"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer).size(), 2U);

  std::thread beside([&] {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(consumer->keep().value_or(false));
  });
  beside.join();
  EXPECT_GE(consumer->keep_every_ms(), 0);
  ASSERT_TRUE(consumer->release());
  submit_and_wait(*producer, {"c"});

  auto claimed = consumer->claim(10, 1 << 20, 200);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->messages, Texts{"c"});
  EXPECT_EQ(claimed->receipts, 1U);
  EXPECT_FALSE(claimed->is_alone);
}

TEST_P(QueueContract, ShowsWhatWaitsToAnInspector) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"a", "b", "c"});
  auto inspector = this->inspector();
  auto consumer = this->consumer();
  EXPECT_EQ(claim(*consumer, 1), Texts{"a"});

  EXPECT_EQ(inspector->state()->depth, 3U) << "claimed ones are there still";
  const auto waiting = inspector->peek(2, 1 << 20);
  ASSERT_TRUE(waiting);
  ASSERT_EQ(waiting->size(), 2U);
  EXPECT_EQ((*waiting)[0].message, "a");
  EXPECT_EQ((*waiting)[1].message, "b");
  EXPECT_GE((*waiting)[0].message.capacity(), 1 + kReadablePadding);
  EXPECT_EQ(inspector->peek(10, 1)->size(), 1U) << "one, whatever its size";

  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(inspector->state()->depth, 2U);
  EXPECT_EQ(inspector->dead_letters().value(), 0U);
}

// From the worker's hands into the box, back into the queue, and out for good.
TEST_P(QueueContract, KeepsDeadLettersUntilTheyAreRetriedOrPurged) {
  auto producer = this->producer();
  submit_and_wait(*producer, {"retried", "purged"});
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer).size(), 2U);
  ASSERT_TRUE(consumer->set_aside("retried", "why"));
  ASSERT_TRUE(consumer->set_aside("purged", "why not"));
  ASSERT_TRUE(consumer->release());
  auto box = dead_letters();

  const auto page = box->list(10, "");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->letters.size(), 2U);
  for (const StoredLetter& letter : page->letters) {
    EXPECT_EQ(letter.reason, letter.message == "retried" ? "why" : "why not");
    EXPECT_TRUE(letter.origin.starts_with("elsewhere:1:")) << letter.origin;
    if (letter.message == "retried") {
      EXPECT_TRUE(box->retry(letter.id).value());
    }
  }
  EXPECT_EQ(box->count().value(), 1U);
  EXPECT_EQ(box->purge().value(), 1U);

  EXPECT_EQ(box->count().value(), 0U);
  EXPECT_EQ(claim(*consumer), Texts{"retried"});
}

// Each row says what is wrong with a URL of its own, to whatever is made of it.
TEST_P(QueueContract, RefusesItsUrlsThatAreFaulty) {
  const Backend& backend = *find_backend(options_.url);
  for (const std::string_view scheme : backend.schemes) {
    for (const char* rest : {":x", "://", "://:99999", "://h:port", "://%zz@", "://h/0?x=%"}) {
      options_.url = std::string(scheme) + rest;
      if (backend.show(options_.url)) continue;
      EXPECT_TRUE(
          std::string_view(backend.show(options_.url).error().step).starts_with("read queue.url: "))
          << options_.url;
      EXPECT_EQ(make_producer({options_, 0}, loop_, clock_, outcomes_).error().code,
                ErrorCode::kConfiguration);
      EXPECT_EQ(make_consumer(consumer_options(), clock_).error().code, ErrorCode::kConfiguration);
      EXPECT_EQ(make_inspector(consumer_options(), clock_).error().code, ErrorCode::kConfiguration);
      EXPECT_EQ(make_dead_letter_box(consumer_options(), clock_).error().code,
                ErrorCode::kConfiguration);
    }
    const std::string empty = std::string(scheme) + "://";
    EXPECT_FALSE(backend.show(empty)) << empty;
  }
}

}  // namespace
}  // namespace penstock::queue
