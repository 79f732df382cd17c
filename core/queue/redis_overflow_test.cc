// The overflow over a real Redis: what goes where while it is gone, hangs, refuses or is full.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hiredis.h>

#include "queue/overflow/producer.h"
#include "queue/redis/client.h"
#include "queue/redis/consumer.h"
#include "queue/redis/remote.h"
#include "support/redis_server.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;

// Every message is told from every other by its content, so that none can be lost or doubled
// unseen.
class RedisOverflowTest : public ::testing::Test {
 protected:
  explicit RedisOverflowTest(std::vector<std::string> arguments = {})
      : redis_(std::move(arguments)) {
    options_.address = redis_.address();
    options_.key = "events";
    options_.timeout_ms = 300;
  }

  void start_producer() {
    auto made = OverflowProducer::make(std::make_unique<RedisRemote>(options_, 0, loop_), spool_, 0,
                                       loop_, clock_, outcomes_);
    ASSERT_TRUE(made);
    producer_ = std::move(*made);
  }
  void start_both() {
    ASSERT_TRUE(redis_.start());
    start_producer();
    ASSERT_TRUE(run_until(loop_, [&] { return producer_->state().is_remote_up; }));
  }
  void submit(std::size_t bytes = 100) {
    const std::uint64_t ticket = ++tickets_;
    std::string message = std::to_string(ticket) + ":";
    message.resize(std::max(bytes, message.size()), 'x');
    producer_->submit(submission_of(ticket, {std::move(message)}));
  }
  Stored submit_and_wait(std::size_t bytes = 100) {
    submit(bytes);
    EXPECT_TRUE(run_until(loop_, [&] { return outcomes_.has(tickets_); }));
    return outcomes_.at(tickets_);
  }
  bool wait_for_answers() {
    return run_until(loop_, [&] { return producer_->in_flight() == 0; });
  }
  // The replay has brought everything back.
  bool wait_for_replay() {
    return run_until(loop_, [&] {
      return producer_->state().is_remote_up && producer_->state().spool_batches == 0;
    });
  }
  std::unique_ptr<RedisConsumer> consumer() {
    RedisOptions options = options_;
    options.timeout_ms = 2'000;
    return std::make_unique<RedisConsumer>(options, spool_, "elsewhere:1:a", clock_);
  }
  // Numbers of all messages in Redis, which are removed.
  std::set<std::uint64_t> consume_all(std::size_t* delivered = nullptr) {
    std::set<std::uint64_t> numbers;
    auto from = consumer();
    while (true) {
      const auto claim = from->claim(100, 1 << 20, 0);
      EXPECT_TRUE(claim) << (claim ? "" : to_text(claim.error()));
      if (!claim || claim->messages.empty()) return numbers;
      for (const std::string& message : claim->messages) {
        numbers.insert(std::stoull(message));
        if (delivered != nullptr) ++*delivered;
      }
      if (!from->release()) return {};
    }
  }
  void expect_all_arrived() {
    EXPECT_EQ(outcomes_.count(Stored::kRefused), 0U);
    EXPECT_FALSE(outcomes_.is_answered_twice());
    const std::set<std::uint64_t> numbers = consume_all();
    EXPECT_EQ(numbers.size(), tickets_);
    EXPECT_EQ(numbers.empty() ? 0 : *numbers.rbegin(), tickets_);
  }
  RedisClient::Reply call(std::initializer_list<std::string_view> arguments) {
    RedisOptions options = options_;
    options.timeout_ms = 2'000;
    RedisClient client(options, clock_);
    auto reply = client.call(arguments);
    EXPECT_TRUE(reply);
    return std::move(*reply);
  }

  testing::TempDir dir_;
  testing::RedisServer redis_;
  RedisOptions options_;
  SpoolOptions spool_{dir_.path("spool"), 1 << 30, 1 << 20};
  SystemClock clock_;
  io::Loop loop_;
  testing::Outcomes outcomes_;
  std::unique_ptr<OverflowProducer> producer_;
  std::uint64_t tickets_ = 0;
};

TEST_F(RedisOverflowTest, SpoolsFromTheStartWithoutRedisAndReplaysInOrder) {
  start_producer();
  for (int i = 0; i < 50; ++i) submit();
  ASSERT_TRUE(wait_for_answers());
  EXPECT_EQ(outcomes_.count(Stored::kSpooled), 50U);
  EXPECT_FALSE(producer_->state().is_remote_up);
  EXPECT_TRUE(producer_->state().can_store);
  EXPECT_NE(producer_->state().last_error, "");

  ASSERT_TRUE(redis_.start());
  ASSERT_TRUE(run_until(loop_, [&] { return call({"LLEN", "events"})->integer == 50; }));

  const auto claim = consumer()->claim(100, 1 << 20, 0);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(std::stoull(claim->messages[i]), i + 1);
  EXPECT_TRUE(wait_for_replay());
  EXPECT_EQ(producer_->state().last_error, "");
}

TEST_F(RedisOverflowTest, LosesNothingWhenRedisIsKilledUnderLoad) {
  start_both();
  bool was_killed = false;
  io::Timer load(loop_, [&] {
    for (int i = 0; i < 20; ++i) submit(2'000);
  });
  load.start_every(1);
  ASSERT_TRUE(run_until(loop_, [&] {
    if (!was_killed && outcomes_.count(Stored::kQueued) > 200) {
      was_killed = true;
      redis_.kill();
    }
    return outcomes_.count(Stored::kSpooled) > 200;
  }));
  load.cancel();
  ASSERT_TRUE(wait_for_answers());

  ASSERT_TRUE(redis_.start());
  ASSERT_TRUE(wait_for_replay());

  expect_all_arrived();
}

TEST_F(RedisOverflowTest, SpoolsAfterItsTimeoutWhenRedisHangsAndThenAtOnce) {
  start_both();
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
  redis_.pause();
  const std::int64_t paused_us = clock_.mono_us();
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
  // The timeout is 300 ms; the loop's clock may run some of them ahead of ours.
  EXPECT_GE(clock_.mono_us() - paused_us, 250'000);

  // Redis still accepts connections and would still hang, but nobody waits for it again.
  std::vector<std::int64_t> waits_us;
  for (int i = 0; i < 30; ++i) {
    const std::int64_t sent_us = clock_.mono_us();
    EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
    waits_us.push_back(clock_.mono_us() - sent_us);
  }
  // The median: one slow disk sync on a busy machine says nothing.
  std::sort(waits_us.begin(), waits_us.end());
  EXPECT_LT(waits_us[15], 250'000);

  redis_.resume();
  ASSERT_TRUE(wait_for_replay());
  expect_all_arrived();
}

TEST_F(RedisOverflowTest, SpoolsWithAWrongPasswordUntilItIsRight) {
  options_.address.password = "wrong";
  ASSERT_TRUE(redis_.start());
  start_producer();
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
  ASSERT_TRUE(run_until(loop_, [&] {
    return producer_->state().last_error.find("without any password") != std::string::npos;
  }));
  EXPECT_TRUE(producer_->state().can_store);
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
}

TEST_F(RedisOverflowTest, SpoolsWhereTheKeyIsNoListUntilItIs) {
  start_both();
  call({"SET", "events", "text"});
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
  EXPECT_NE(producer_->state().last_error.find("WRONGTYPE"), std::string::npos);
  EXPECT_FALSE(producer_->state().is_remote_up);

  call({"DEL", "events"});

  ASSERT_TRUE(wait_for_replay());
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
  expect_all_arrived();
}

TEST_F(RedisOverflowTest, SpoolsWhileRedisIsAReplica) {
  start_both();
  call({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);

  call({"REPLICAOF", "NO", "ONE"});

  ASSERT_TRUE(wait_for_replay());
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
  expect_all_arrived();
}

TEST_F(RedisOverflowTest, UsesItsDatabaseAndTcp) {
  options_.address = redis_.tcp_address();
  options_.address.host = "localhost";
  options_.address.database = 5;
  start_both();

  EXPECT_EQ(submit_and_wait(), Stored::kQueued);

  EXPECT_EQ(call({"LLEN", "events"})->integer, 1);
  options_.address.database = 0;
  EXPECT_EQ(call({"LLEN", "events"})->integer, 0);
}

TEST_F(RedisOverflowTest, RefusesOnlyWhenNeitherTakesIt) {
  spool_.bytes_max = 50;
  start_producer();
  EXPECT_EQ(submit_and_wait(), Stored::kRefused);
  EXPECT_FALSE(producer_->state().can_store);

  ASSERT_TRUE(redis_.start());
  ASSERT_TRUE(run_until(loop_, [&] { return producer_->state().is_remote_up; }));

  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
  EXPECT_TRUE(producer_->state().can_store);
}

// Messages longer than what is copied are read by the socket where they lie.
TEST_F(RedisOverflowTest, SendsLargeMessagesAndSurvivesLosingThemHalfway) {
  start_both();
  for (int i = 0; i < 20; ++i) submit(900'000);
  redis_.kill();
  ASSERT_TRUE(wait_for_answers());
  ASSERT_TRUE(redis_.start());
  ASSERT_TRUE(wait_for_replay());

  expect_all_arrived();
}

TEST_F(RedisOverflowTest, MayGoWhilePushesAreUnderWay) {
  start_both();
  redis_.pause();
  for (int i = 0; i < 10; ++i) submit(500'000);
  producer_.reset();
  bool has_turned = false;
  loop_.post([&] { has_turned = true; });

  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));

  EXPECT_EQ(outcomes_.size(), 0U);
}

class FullRedisOverflowTest : public RedisOverflowTest {
 protected:
  FullRedisOverflowTest()
      : RedisOverflowTest({"--maxmemory", "10mb", "--maxmemory-policy", "noeviction"}) {}
};

TEST_F(FullRedisOverflowTest, SpoolsAboveTheLimitOfMemoryAndComesBack) {
  start_both();
  while (outcomes_.count(Stored::kSpooled) < 20) {
    submit_and_wait(100'000);
    ASSERT_LT(tickets_, 300U);
  }
  ASSERT_TRUE(run_until(loop_, [&] {
    return producer_->state().last_error.find("max_memory_percent") != std::string::npos;
  }));
  EXPECT_TRUE(producer_->state().is_remote_up);
  const auto queued = outcomes_.count(Stored::kQueued);
  EXPECT_GT(queued, 10U);
  EXPECT_LT(queued, 100U) << "stopped before Redis refused";

  std::set<std::uint64_t> got = consume_all();
  ASSERT_TRUE(wait_for_replay());
  got.merge(consume_all());

  EXPECT_EQ(got.size(), tickets_);
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
}

TEST_F(FullRedisOverflowTest, SpoolsWhatAFullRedisRefuses) {
  options_.memory_percent_max = 1'000;  // So that Redis itself has to say so.
  start_both();
  while (outcomes_.count(Stored::kSpooled) < 5) {
    submit_and_wait(100'000);
    ASSERT_LT(tickets_, 300U);
  }
  EXPECT_NE(producer_->state().last_error.find("OOM"), std::string::npos);

  std::set<std::uint64_t> got = consume_all();
  ASSERT_TRUE(wait_for_replay());
  got.merge(consume_all());

  EXPECT_EQ(got.size(), tickets_);
}

class EvictingRedisTest : public RedisOverflowTest {
 protected:
  EvictingRedisTest()
      : RedisOverflowTest({"--maxmemory", "20mb", "--maxmemory-policy", "allkeys-lru"}) {}
  void set_policy(const char* policy) {
    RedisClient client(options_, clock_);
    ASSERT_TRUE(client.call({"CONFIG", "SET", "maxmemory-policy", policy}));
  }
};

TEST_F(EvictingRedisTest, IsUsedAndTold) {
  start_both();
  EXPECT_TRUE(producer_->state().is_remote_evicting);
  EXPECT_EQ(submit_and_wait(), Stored::kQueued);

  set_policy("noeviction");
  EXPECT_TRUE(run_until(loop_, [&] { return !producer_->state().is_remote_evicting; }));
  set_policy("volatile-lru");
  EXPECT_TRUE(run_until(loop_, [&] { return producer_->state().is_remote_evicting; }));
}

TEST_F(EvictingRedisTest, IsNotUsedWhereItIsRefused) {
  options_.refuses_eviction = true;
  start_both();
  EXPECT_EQ(submit_and_wait(), Stored::kSpooled);
  EXPECT_NE(producer_->state().last_error.find("evicts"), std::string::npos);
  EXPECT_TRUE(producer_->state().can_store);

  set_policy("noeviction");
  ASSERT_TRUE(run_until(loop_, [&] { return !producer_->state().is_remote_evicting; }));

  EXPECT_EQ(submit_and_wait(), Stored::kQueued);
  EXPECT_TRUE(wait_for_replay());
  EXPECT_EQ(consume_all().size(), 2U);
}

}  // namespace
}  // namespace penstock::queue
