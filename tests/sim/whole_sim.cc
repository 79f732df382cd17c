// The intake's whole way into the queue: overflow, replay and a real spool over the Redis link,
// with its network, that Redis and the disk by script.
//
// What must hold in each schedule: every submission is answered once; what was answered is in Redis
// or in the spool; and once only addresses are wrong, all of it is in Redis.
#include <cstdlib>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/overflow/producer.h"
#include "queue/redis/remote.h"
#include "queue/spool/peek.h"
#include "sim/network.h"
#include "sim/pool.h"
#include "sim/search.h"
#include "sim/virtual_time.h"
#include "support/temp_dir.h"

namespace penstock::sim {
namespace {

using queue::Stored;
using queue::Submission;

constexpr std::int64_t kTimeoutMs = 400;
constexpr std::int64_t kTroubleMs = 4'000;
constexpr std::int64_t kPatienceMs = 120'000;
constexpr std::uint64_t kSchedules = 60;
constexpr std::size_t kTicketBytes = 12;  // As SimRedis tells messages apart.

// A specimen: takes a push whose connection went for one that arrived.
class TrustingRemote final : public queue::Remote {
 public:
  explicit TrustingRemote(std::unique_ptr<Remote> inner) : inner_(std::move(inner)) {}
  bool can_take() const override { return inner_->can_take(); }
  void push(Submission submission, OnPushed on_pushed) override {
    inner_->push(std::move(submission), [on_pushed = std::move(on_pushed)](auto back, bool) {
      on_pushed(std::move(back), true);
    });
  }
  void set_on_open(std::function<void()> on_open) override {
    inner_->set_on_open(std::move(on_open));
  }
  queue::RemoteState state() const override { return inner_->state(); }

 private:
  const std::unique_ptr<Remote> inner_;
};

class Schedule final : private queue::ProducerListener {
 public:
  Schedule(std::uint64_t seed, bool is_trusting)
      : random_(seed), network_(loop_, random_, {true, true, true}, kTimeoutMs) {
    pool_.set_slowest_ms(static_cast<std::int64_t>(random_.below(60)));
    queue::RedisOptions options;
    options.address.host = "redis.example";
    options.timeout_ms = kTimeoutMs;
    std::unique_ptr<queue::Remote> remote = std::make_unique<queue::RedisRemote>(
        options, 0, loop_, Random(random_.next()), network_, network_);
    if (is_trusting) remote = std::make_unique<TrustingRemote>(std::move(remote));
    producer_ = std::move(
        *queue::OverflowProducer::make(std::move(remote), spool_, 0, loop_, clock_, *this));
    next_.start_once(0);
  }

  // "" or what did not hold.
  std::string run() {
    time_.run(loop_, kTroubleMs, [this] { return !found_.empty(); });
    check_ledger(true);
    is_healed_ = true;
    network_.heal();
    network_.redis.refusal.clear();
    const auto is_settled = [this] {
      return !found_.empty() || (waiting_.empty() && producer_->state().is_remote_up &&
                                 network_.redis.stored.size() >= kept_.size());
    };
    if (!time_.run(loop_, kPatienceMs, is_settled) && found_.empty()) {
      found_ = waiting_.empty() ? "what was spooled does not come back" : "one was not answered";
    }
    check_ledger(false);
    return found_;
  }

 private:
  void act() {
    if (is_healed_) return;
    next_.start_once(static_cast<std::int64_t>(random_.below(120)));
    if (random_.below(20) == 0) {
      constexpr const char* kRefusals[] = {
          "", "", "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
          "-READONLY You can't write against a read only replica.\r\n",
          "-MISCONF Redis is configured to save RDB snapshots.\r\n"};
      network_.redis.refusal = kRefusals[random_.below(std::size(kRefusals))];
    }
    submit();
  }

  void submit() {
    Submission submission;
    submission.ticket = ++tickets_;
    std::string message = str_cat("ticket ", tickets_);
    message.resize(kTicketBytes, ' ');
    keys_[tickets_] = message;
    // Some are larger than what the system takes at a time.
    message.resize(random_.below(4) == 0 ? kTicketBytes + random_.below(20'000) : 100, 'x');
    submission.bytes = message.size();
    submission.messages.push_back(std::move(message));
    waiting_.insert(tickets_);
    producer_->submit(std::move(submission));
  }

  void on_done(std::uint64_t ticket, Stored outcome) override {
    if (waiting_.erase(ticket) == 0) found_ = str_cat(ticket, " was answered twice");
    if (outcome == Stored::kRefused) found_ = str_cat(ticket, " was refused");
    kept_.insert(ticket);
  }

  void check_ledger(bool may_be_spooled) {
    if (!found_.empty()) return;
    std::set<std::string> there = network_.redis.stored;
    if (may_be_spooled) {
      for (const auto& one : queue::peek_spool(spool_.path, 1'000'000, 1 << 30)) {
        there.insert(one.message.substr(0, kTicketBytes));
      }
    }
    for (const std::uint64_t ticket : kept_) {
      if (!there.contains(keys_.at(ticket))) {
        found_ = str_cat(ticket, " was answered and is nowhere");
      }
    }
  }

  testing::TempDir dir_;
  const queue::SpoolOptions spool_{dir_.path("spool"), 1 << 30, 1 << 20};
  VirtualTime time_;
  Random random_;
  const SystemClock clock_;
  io::Loop loop_;
  Pool pool_{loop_, random_};
  SimNetwork network_;
  std::unique_ptr<queue::OverflowProducer> producer_;
  io::Timer next_{loop_, [this] { act(); }};
  bool is_healed_ = false;
  std::uint64_t tickets_ = 0;
  std::map<std::uint64_t, std::string> keys_;
  std::set<std::uint64_t> waiting_;
  std::set<std::uint64_t> kept_;
  std::string found_;
};

std::string find(bool is_trusting, std::uint64_t schedules) {
  return search([is_trusting](std::uint64_t seed) { return Schedule(seed, is_trusting).run(); },
                schedules);
}

class WholeSim : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  }
};

TEST_F(WholeSim, BringsAllThatWasAnsweredToRedis) {
  EXPECT_EQ(find(false, schedules_or(kSchedules)), "");
}

TEST_F(WholeSim, FindsARemoteThatTakesLossForSuccess) {
  const std::string found = find(true, kSchedules);
  EXPECT_NE(found.find("is nowhere"), std::string::npos) << found;
}

}  // namespace
}  // namespace penstock::sim
