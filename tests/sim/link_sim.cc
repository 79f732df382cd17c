// The Redis link, and what an overflow does with it, under many schedules of one seed.
//
// What must hold in each of them: every submission is answered once; what was answered as queued is
// in Redis; once only addresses are wrong, the link is up and everything answered; and where
// nothing else ever was, it was up within the first attempt, but for what mute ones cost.
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"
#include "queue/redis/link.h"
#include "sim/link_before.h"
#include "sim/network.h"
#include "sim/search.h"
#include "sim/virtual_time.h"

namespace penstock::sim {
namespace {

constexpr std::int64_t kTimeoutMs = 400;
constexpr std::int64_t kTroubleMs = 3'000;
// Back-off, deadlines and several addresses, twice over.
constexpr std::int64_t kPatienceMs = 60'000;
constexpr std::uint64_t kSchedules = 1'500;
constexpr std::uint64_t kCanarySchedules = 2'000;

// As the overflow: to Redis while the link is up, else, and where Redis does not say that it has
// it, to the spool, which always works here.
template <class Link>
class Schedule final : private queue::RedisLinkEvents {
 public:
  Schedule(std::uint64_t seed, const Faults& faults)
      : faults_(faults),
        random_(seed),
        network_(loop_, random_, faults, kTimeoutMs),
        link_(options(), loop_, Random(random_.next()), *this, network_, network_),
        next_(loop_, [this] { submit(); }) {
    next_.start_once(0);
  }

  // "" or what did not hold.
  std::string run() {
    time_.run(loop_, kTroubleMs, [] { return false; });
    network_.heal();
    is_submitting_ = false;
    const bool is_settled = time_.run(
        loop_, kPatienceMs, [this] { return link_.is_ready() && answers_.size() == submitted_; });
    time_.run(loop_, kTimeoutMs, [] { return false; });  // What comes late.
    if (!is_settled) {
      return link_.is_ready() ? "a submission was not answered" : "Redis not reached";
    }
    if (is_slow_to_reach()) return "Redis not reached at the first attempt";
    for (const auto& [ticket, answer] : answers_) {
      if (answer.count != 1) return str_cat(ticket, " was answered ", answer.count, " times");
      if (answer.is_queued && !network_.redis.stored.contains(ticket)) {
        return str_cat(ticket, " was answered as queued and is not in Redis");
      }
    }
    return "";
  }

 private:
  struct Answer {
    int count = 0;
    bool is_queued = false;
  };

  static queue::RedisOptions options() {
    queue::RedisOptions options;
    options.address.host = "redis.example";
    options.timeout_ms = kTimeoutMs;
    return options;
  }

  bool is_slow_to_reach() const {
    const bool is_only_addresses = !faults_.has_late_names && !faults_.has_bad_wires;
    return is_only_addresses && network_.mutes() == 0 && ready_at_ms_ > kTimeoutMs;
  }

  void submit() {
    if (!is_submitting_) return;
    next_.start_once(1 + static_cast<std::int64_t>(random_.below(200)));
    std::string message = str_cat("ticket ", submitted_++);
    message.resize(12, ' ');
    const std::string ticket = message;
    // Some are larger than what the system takes at a time.
    message.resize(random_.below(4) == 0 ? 12 + random_.below(20'000) : 100, 'x');
    if (!link_.is_ready()) return answer(ticket, false);
    queue::RedisCommand push(3);
    push.add("LPUSH").add("events").add(message);
    link_.send(std::move(push), [this, ticket](const Result<queue::RedisReply>& reply) {
      answer(ticket, reply && !reply->is_error());
    });
  }

  void answer(const std::string& ticket, bool is_queued) {
    Answer& answer = answers_[ticket];
    ++answer.count;
    answer.is_queued = is_queued;
  }

  void on_ready(std::string_view /*info*/) override {
    if (ready_at_ms_ == 0) ready_at_ms_ = time_.now_ms();
  }
  void on_lost(const Error& /*error*/) override {}

  const Faults faults_;
  VirtualTime time_;
  std::int64_t ready_at_ms_ = 0;
  Random random_;
  io::Loop loop_;
  SimNetwork network_;
  Link link_;
  io::Timer next_;
  bool is_submitting_ = true;
  std::size_t submitted_ = 0;
  std::map<std::string, Answer> answers_;
};

template <class Link>
std::string find(const Faults& faults, std::uint64_t schedules) {
  return search([&](std::uint64_t seed) { return Schedule<Link>(seed, faults).run(); }, schedules);
}

TEST(LinkSim, HoldsUnderAllFaults) {
  EXPECT_EQ(find<queue::RedisLink>({true, true, true}, schedules_or(kSchedules)), "");
}

// The canaries: what was wrong once must be found, or the run above says nothing.
TEST(LinkSim, FindsRepliesThatArePaidToOtherCommands) {
  constexpr Faults kFaults = {.has_late_names = true, .has_bad_wires = true};
  const std::string found = find<LinkBefore>(kFaults, kCanarySchedules);
  EXPECT_NE(found.find("is not in Redis"), std::string::npos) << found;
  EXPECT_EQ(find<queue::RedisLink>(kFaults, kSchedules / 4), "");
}

TEST(LinkSim, FindsAddressesThatAreNeverTried) {
  constexpr Faults kFaults = {.has_dead_addresses = true};
  const std::string found = find<LinkBefore>(kFaults, kCanarySchedules);
  EXPECT_NE(found.find("not reached"), std::string::npos) << found;
  EXPECT_EQ(find<queue::RedisLink>(kFaults, kSchedules / 4), "");
}

}  // namespace
}  // namespace penstock::sim
