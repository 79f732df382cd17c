// The contract of remote.h, over every row of backends() that is elsewhere, and over the remote by
// script that unit tests and the simulation use in their place.
#include <algorithm>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "queue/backend.h"
#include "queue/consumer.h"
#include "queue/contract/remote.h"
#include "queue/overflow/remote_testing.h"
#include "queue/redis/client.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"
#include "support/tls_redis_server.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;
using Texts = std::vector<std::string>;

// A service and what pushes to it, as the suite brings them into trouble.
class Service {
 public:
  virtual ~Service() = default;
  virtual bool start() = 0;
  virtual std::unique_ptr<Remote> connect(io::Loop& loop) = 0;
  // It accepts and says nothing; what is on its way then is told as not stored.
  virtual void hang() = 0;
  virtual void go_on() = 0;
  // It says no to every push, until allow().
  virtual void refuse() = 0;
  virtual void allow() = 0;
  // It is there, for a remote that waits for it.
  virtual void open() {}
  // All messages that it holds, oldest first.
  virtual Texts stored() = 0;
};

class RedisService final : public Service {
 public:
  explicit RedisService(const char* sidekiq_queue, bool is_tls = false) : is_tls_(is_tls) {
    options_.queue.key = "events";
    options_.queue.sidekiq_queue = sidekiq_queue;
    // Of a machine that does much else at the same time.
    options_.queue.timeout_ms = 2'000;
    options_.queue.spool.path = dir_.path("spool");
  }
  bool start() override {
    const tls::ClientFiles files = redis_.files();
    options_.queue.url = (is_tls_ ? redis_.address() : redis_.server().address()).text();
    options_.queue.tls_ca = files.ca;
    options_.queue.tls_certificate = files.certificate;
    options_.queue.tls_key = files.key;
    return redis_.start();
  }
  std::unique_ptr<Remote> connect(io::Loop& loop) override {
    auto made = find_backend(options_.queue.url)->make_remote(options_, loop);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void hang() override { redis_.server().pause(); }
  void go_on() override { redis_.server().resume(); }
  void refuse() override { call({"CONFIG", "SET", "min-replicas-to-write", "1"}); }
  void allow() override { call({"CONFIG", "SET", "min-replicas-to-write", "0"}); }
  Texts stored() override {
    auto inspector = make_inspector({options_.queue, "elsewhere:1:a"}, clock_);
    auto waiting = (*inspector)->peek(10'000, 64 << 20);
    EXPECT_TRUE(waiting);
    Texts texts;
    for (const WaitingMessage& one : *waiting) texts.push_back(one.message);
    return texts;
  }

 private:
  void call(std::initializer_list<std::string_view> words) {
    RedisOptions options;
    options.address = redis_.server().address();
    RedisClient client(options, clock_);
    EXPECT_TRUE(client.call(words));
  }
  const bool is_tls_;
  testing::TempDir dir_;
  testing::TlsRedisServer redis_;
  SystemClock clock_;
  ProducerOptions options_;
};

class ScriptedService final : public Service {
 public:
  bool start() override { return true; }
  std::unique_ptr<Remote> connect(io::Loop& loop) override {
    auto made = std::make_unique<ScriptedRemote>(loop, queue_, [this](const Submission&) {
      return ScriptedRemote::Fate{!is_refusing_ && !is_hanging_, true, is_hanging_ ? 50 : 0};
    });
    remote_ = made.get();
    return made;
  }
  void hang() override { is_hanging_ = true; }
  void go_on() override { is_hanging_ = false; }
  void refuse() override { is_refusing_ = true; }
  void allow() override { is_refusing_ = false; }
  void open() override { remote_->set_open(true); }
  Texts stored() override { return queue_.stored; }

 private:
  ScriptedQueue queue_;
  ScriptedRemote* remote_ = nullptr;
  bool is_hanging_ = false;
  bool is_refusing_ = false;
};

struct Way {
  const char* name;
  std::string_view backend;  // "": none, it is for tests.
  std::unique_ptr<Service> (*make)();
};

constexpr Way kWays[] = {
    {"Redis", "redis",
     []() -> std::unique_ptr<Service> { return std::make_unique<RedisService>(""); }},
    {"RedisTls", "redis",
     []() -> std::unique_ptr<Service> { return std::make_unique<RedisService>("", true); }},
    {"Sidekiq", "redis",
     []() -> std::unique_ptr<Service> { return std::make_unique<RedisService>("low"); }},
    {"Scripted", "",
     []() -> std::unique_ptr<Service> { return std::make_unique<ScriptedService>(); }},
};

TEST(RemoteContractWays, LeaveOutNoBackend) {
  for (const Backend& backend : backends()) {
    if (backend.make_remote == nullptr) continue;
    EXPECT_TRUE(std::any_of(std::begin(kWays), std::end(kWays), [&backend](const Way& way) {
      return way.backend == backend.name;
    })) << backend.name;
  }
}

class RemoteContract : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override { ASSERT_TRUE(service_->start()); }
  void connect() {
    remote_ = service_->connect(loop_);
    ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  }
  // Pushes and remembers what comes back.
  void push(Texts messages) {
    const std::uint64_t ticket = ++tickets_;
    sent_[ticket] = messages;
    remote_->push(submission_of(ticket, std::move(messages)),
                  [this, ticket](const Submission& back, bool is_stored) {
                    EXPECT_EQ(back.ticket, ticket);
                    EXPECT_EQ(back.messages, sent_[ticket]) << "given back as it was";
                    ++outcomes_[ticket].count;
                    outcomes_[ticket].is_stored = is_stored;
                  });
    EXPECT_FALSE(outcomes_.contains(ticket)) << "told from within push()";
  }
  bool wait_for_outcomes() {
    return run_until(loop_, [&] { return outcomes_.size() == tickets_; });
  }
  std::size_t stored_count() const {
    return static_cast<std::size_t>(std::count_if(
        outcomes_.begin(), outcomes_.end(), [](const auto& one) { return one.second.is_stored; }));
  }
  void expect_each_told_once() {
    EXPECT_EQ(outcomes_.size(), tickets_);
    for (const auto& [ticket, outcome] : outcomes_) EXPECT_EQ(outcome.count, 1) << ticket;
  }
  void turn() {
    bool has_turned = false;
    loop_.post([&] { has_turned = true; });
    ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));
  }

  struct Outcome {
    int count = 0;
    bool is_stored = false;
  };
  const std::unique_ptr<Service> service_ = GetParam().make();
  io::Loop loop_;
  std::unique_ptr<Remote> remote_;
  std::uint64_t tickets_ = 0;
  std::map<std::uint64_t, Texts> sent_;
  std::map<std::uint64_t, Outcome> outcomes_;
};

INSTANTIATE_TEST_SUITE_P(All, RemoteContract, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

TEST_P(RemoteContract, StoresInOrderAndTellsOnce) {
  connect();
  Texts all;
  for (int i = 0; i < 100; ++i) {
    const std::string a = "a" + std::to_string(i);
    const std::string b = "b" + std::to_string(i);
    all.insert(all.end(), {a, b});
    push({a, b});
  }
  ASSERT_TRUE(wait_for_outcomes());
  turn();

  expect_each_told_once();
  EXPECT_EQ(stored_count(), 100U);
  EXPECT_EQ(service_->stored(), all);
}

TEST_P(RemoteContract, KeepsBytesOfEveryKindAndSize) {
  connect();
  const Texts sent = {std::string("\0\xb5\r\n$-1\r\n", 9), "", std::string(700'000, '\xff'), "{}"};
  push(sent);
  ASSERT_TRUE(wait_for_outcomes());

  EXPECT_EQ(service_->stored(), sent);
}

TEST_P(RemoteContract, TellsThatItIsUp) {
  connect();
  push({"a"});
  ASSERT_TRUE(wait_for_outcomes());

  const RemoteState state = remote_->state();

  EXPECT_TRUE(state.is_up);
  EXPECT_TRUE(state.has_room);
  EXPECT_EQ(state.last_error, "");
}

// What was given back may go elsewhere: nothing of it is in the queue.
TEST_P(RemoteContract, GivesBackWhatIsRefused) {
  connect();
  push({"kept"});
  ASSERT_TRUE(wait_for_outcomes());
  service_->refuse();
  for (int i = 0; i < 3; ++i) push({"refused", std::string(50'000, 'x')});
  ASSERT_TRUE(wait_for_outcomes());

  expect_each_told_once();
  EXPECT_EQ(stored_count(), 1U);
  service_->allow();
  EXPECT_EQ(service_->stored(), Texts{"kept"});
  ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  push({"later"});
  ASSERT_TRUE(wait_for_outcomes());
  EXPECT_EQ(service_->stored(), (Texts{"kept", "later"}));
}

// Each of them, some of which had hardly left.
TEST_P(RemoteContract, TellsOnceAlsoOfWhatWasUnderWayInTrouble) {
  connect();
  service_->hang();
  for (int i = 0; i < 30; ++i) push({std::to_string(i), std::string(40'000, 'x')});
  ASSERT_TRUE(wait_for_outcomes());
  service_->go_on();
  ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));
  push({"later"});
  ASSERT_TRUE(wait_for_outcomes());
  turn();

  expect_each_told_once();
  EXPECT_TRUE(outcomes_[tickets_].is_stored);
  const Texts stored = service_->stored();
  EXPECT_NE(std::find(stored.begin(), stored.end(), "later"), stored.end());
}

TEST_P(RemoteContract, TellsWhenItOpens) {
  remote_ = service_->connect(loop_);
  int opened = 0;
  remote_->set_on_open([&] { ++opened; });
  service_->open();
  ASSERT_TRUE(run_until(loop_, [&] { return remote_->can_take(); }));

  EXPECT_TRUE(run_until(loop_, [&] { return opened > 0; }));
}

TEST_P(RemoteContract, TellsNothingOnceItHasGone) {
  connect();
  service_->hang();
  for (int i = 0; i < 10; ++i) push({std::string(100'000, 'x')});
  remote_.reset();
  service_->go_on();
  turn();

  EXPECT_TRUE(outcomes_.empty());
}

TEST_P(RemoteContract, MayGoFromWithinAnOutcome) {
  connect();
  int told = 0;
  for (std::uint64_t i = 0; i < 5; ++i) {
    remote_->push(submission_of(i, {"x"}), [&](const Submission&, bool) {
      ++told;
      remote_.reset();
    });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return remote_ == nullptr; }));
  turn();

  EXPECT_EQ(told, 1);
}

TEST_P(RemoteContract, TakesMoreFromWithinAnOutcome) {
  connect();
  int left = 20;
  std::function<void(const Submission&, bool)> again = [&](const Submission&, bool is_stored) {
    EXPECT_TRUE(is_stored);
    if (--left > 0) remote_->push(submission_of(1, {std::to_string(left)}), again);
  };
  remote_->push(submission_of(1, {"first"}), again);

  ASSERT_TRUE(run_until(loop_, [&] { return left == 0; }));

  EXPECT_EQ(service_->stored().size(), 20U);
}

}  // namespace
}  // namespace penstock::queue
