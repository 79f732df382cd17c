// The overflow and the replay over a real spool, with a remote and a disk by script.
//
// What must hold in each schedule, whatever the remote does, and also where the process dies:
// every submission is answered once; what was answered as queued is in the remote, and what was
// answered as spooled in the spool or the remote; nothing is there twice but what a push left in
// doubt; the replay has one chunk on its way; and with nothing wrong any more, the spool empties.
#include <algorithm>
#include <cstdlib>
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
#include "queue/overflow/remote_testing.h"
#include "queue/spool/consumer.h"
#include "queue/spool/peek.h"
#include "sim/pool.h"
#include "sim/search.h"
#include "sim/virtual_time.h"
#include "support/temp_dir.h"

namespace penstock::sim {
namespace {

using queue::ScriptedRemote;
using queue::Stored;
using queue::Submission;

constexpr std::uint64_t kSchedules = 60;
constexpr std::int64_t kTroubleMs = 3'000;
// A nearly full remote takes little at a time, and what it refuses is tried again twice a second.
constexpr int kPatienceSeconds = 300;
constexpr std::size_t kReactors = 2;

// The parts as they are.
struct OverflowNow {
  static std::unique_ptr<queue::Producer> make(std::unique_ptr<queue::Remote> remote,
                                               const queue::SpoolOptions& spool,
                                               std::uint32_t reactor, io::Loop& loop,
                                               const Clock& clock,
                                               queue::ProducerListener& listener) {
    return std::move(
        *queue::OverflowProducer::make(std::move(remote), spool, reactor, loop, clock, listener));
  }
};

enum class Flaw : std::uint8_t {
  kAnswersTooSoon,   // As queued, before the remote has said so.
  kReleasesTooSoon,  // The replay does, before the remote has its chunk.
  kSpoolsTwice,      // Also what the remote has stored.
};

// Specimens: the same with a flaw.
template <Flaw kFlaw>
class FlawedOverflow final : public queue::Producer {
 public:
  static std::unique_ptr<queue::Producer> make(std::unique_ptr<queue::Remote> remote,
                                               const queue::SpoolOptions& spool,
                                               std::uint32_t reactor, io::Loop& loop,
                                               const Clock& clock,
                                               queue::ProducerListener& listener) {
    return std::make_unique<FlawedOverflow>(std::move(remote), spool, reactor, loop, clock,
                                            listener);
  }
  FlawedOverflow(std::unique_ptr<queue::Remote> remote, const queue::SpoolOptions& spool,
                 std::uint32_t reactor, io::Loop& loop, const Clock& clock,
                 queue::ProducerListener& listener)
      : listener_(listener),
        spool_(std::move(*queue::SpoolProducer::make(
            spool, reactor, queue::SpoolProducer::Role::kOverflow, loop, clock, listener))),
        consumer_(std::move(*queue::SpoolConsumer::make(
            spool, "replay", clock, queue::SpoolConsumer::Receipts::kNotCounted))),
        remote_(std::move(remote)),
        tick_(loop, [this] { replay(); }) {
    if (reactor == 0) tick_.start_every(500);
  }

  void submit(Submission submission) override {
    if (!remote_->can_take()) return spool_->submit(std::move(submission));
    const std::uint64_t ticket = submission.ticket;
    remote_->push(std::move(submission), [this, ticket](Submission back, bool is_stored) {
      if (kFlaw == Flaw::kAnswersTooSoon || is_stored) listener_.on_done(ticket, Stored::kQueued);
      if (kFlaw == Flaw::kSpoolsTwice && is_stored) spool_->submit(Submission{0, back.messages});
      if (kFlaw != Flaw::kAnswersTooSoon && !is_stored) spool_->submit(std::move(back));
    });
  }
  std::size_t in_flight() const override { return spool_->in_flight(); }
  queue::ProducerState state() const override { return spool_->state(); }

 private:
  void replay() {
    if (is_busy_ || !remote_->can_take()) return;
    auto claim = consumer_->claim(100, 1 << 20, 0);
    if (!claim || claim->messages.empty()) return;
    is_busy_ = true;
    if (kFlaw == Flaw::kReleasesTooSoon) static_cast<void>(consumer_->release());
    remote_->push(Submission{0, std::move(claim->messages)}, [this](auto&&, bool is_stored) {
      is_busy_ = false;
      if (kFlaw == Flaw::kReleasesTooSoon) return;
      if (!is_stored) return consumer_->give_up();
      static_cast<void>(consumer_->release());
    });
  }

  queue::ProducerListener& listener_;
  const std::unique_ptr<queue::SpoolProducer> spool_;
  const std::unique_ptr<queue::SpoolConsumer> consumer_;
  const std::unique_ptr<queue::Remote> remote_;
  io::Timer tick_;
  bool is_busy_ = false;
};

template <class Overflow>
class Schedule final : private queue::ProducerListener {
 public:
  explicit Schedule(std::uint64_t seed) : random_(seed), pool_(loop_, random_) {
    // Every third has a remote with room for little at a time, every fifth a spool with hardly any.
    if (seed % 3 == 0) room_bytes_ = 6'000 + random_.below(20'000);
    if (seed % 5 == 0) spool_.bytes_max = 300'000;
    live();
    next_.start_once(0);
  }

  // "" or what did not hold.
  std::string run() {
    time_.run(loop_, kTroubleMs, [this] { return !found_.empty(); });
    check_ledger();
    heal();
    const auto is_settled = [this] { return waiting_.empty(); };
    if (found_.empty() && !time_.run(loop_, 60'000, is_settled)) found_ = "one was not answered";
    int seconds = 0;
    while (found_.empty() && !queue::peek_spool(spool_.path, 1, 1).empty()) {
      if (++seconds > kPatienceSeconds) found_ = "the spool does not empty";
      time_.run(loop_, 1'000, [] { return false; });
    }
    time_.run(loop_, 2'000, [] { return false; });  // What comes late.
    check_ledger();
    check_doubles();
    return found_;
  }

 private:
  void live() {
    producers_.clear();
    pool_.die();
    doubt_what_was_not_released();
    waiting_.clear();  // Nobody is there to be answered.
    for (std::uint32_t reactor = 0; reactor < kReactors; ++reactor) {
      auto remote = std::make_unique<ScriptedRemote>(
          loop_, elsewhere_, [this](const Submission& submission) { return fate(submission); });
      remotes_[reactor] = remote.get();
      producers_.push_back(
          Overflow::make(std::move(remote), spool_, reactor, loop_, clock_, *this));
    }
  }

  void heal() {
    is_healed_ = true;
    pool_.set_slowest_ms(2);
    for (ScriptedRemote* remote : remotes_) remote->set_open(true);
  }

  void act() {
    if (is_healed_) return;
    next_.start_once(static_cast<std::int64_t>(random_.below(40)));
    const std::uint64_t what = random_.below(100);
    if (what < 80) return submit();
    if (what < 84) {
      for (int i = 0; i < 8; ++i) submit();
    } else if (what < 95) {
      ScriptedRemote& remote = *remotes_[random_.below(kReactors)];
      remote.set_open(!remote.can_take());
    } else if (what < 98) {
      pool_.set_slowest_ms(random_.below(2) == 0 ? 5 : 400);
    } else {
      live();
    }
  }

  void submit() {
    const std::uint64_t ticket = ++tickets_;
    Submission submission;
    submission.ticket = ticket;
    for (std::uint64_t part = 1 + random_.below(3); part > 0; --part) {
      std::string message = str_cat(ticket, ".", part, " ");
      message.resize(message.size() + random_.below(random_.below(8) == 0 ? 3'000 : 50), 'x');
      submission.bytes += message.size();
      submission.messages.push_back(std::move(message));
    }
    messages_[ticket] = submission.messages;
    waiting_.insert(ticket);
    is_submitting_ = true;
    producers_[random_.below(kReactors)]->submit(std::move(submission));
    is_submitting_ = false;
  }

  ScriptedRemote::Fate fate(const Submission& submission) {
    if (submission.ticket == 0 && remotes_[0]->has_underway(0)) found_ = "two chunks on their way";
    ScriptedRemote::Fate fate;
    if (submission.bytes > room_bytes_) fate.is_stored = false;
    if (is_healed_) return fate;
    const std::uint64_t luck = random_.below(20);
    if (luck < 3) fate.is_stored = false;
    if (luck == 3) fate.is_told = false;
    const std::uint64_t slowest_ms = random_.below(4) == 0 ? 500 : 5;
    fate.after_ms = static_cast<std::int64_t>(random_.below(slowest_ms));
    fate.told_after_ms = static_cast<std::int64_t>(random_.below(slowest_ms));
    return fate;
  }

  void on_done(std::uint64_t ticket, Stored outcome) override {
    if (ticket == 0) return;  // A specimen's own.
    if (is_submitting_) found_ = str_cat(ticket, " was answered from within submit()");
    if (waiting_.erase(ticket) == 0) found_ = str_cat(ticket, " was answered twice");
    if (outcome != Stored::kRefused) kept_.insert(ticket);
    if (outcome == Stored::kRefused && spool_.bytes_max > 1 << 29) {
      found_ = str_cat(ticket, " was refused, with room in the spool");
    }
  }

  // What was promised is there.
  void check_ledger() {
    if (!found_.empty()) return;
    std::set<std::string> there(elsewhere_.stored.begin(), elsewhere_.stored.end());
    for (auto& one : queue::peek_spool(spool_.path, 1'000'000, 1 << 30)) {
      there.insert(std::move(one.message));
    }
    for (const std::uint64_t ticket : kept_) {
      for (const std::string& message : messages_.at(ticket)) {
        if (!there.contains(message)) found_ = str_cat(ticket, " was answered and is nowhere");
      }
    }
  }

  // Stored, told, and in the spool still: a replay that died with it is followed by one that pushes
  // it again.
  void doubt_what_was_not_released() {
    const Copies copies = certain_copies();
    for (const auto& one : queue::peek_spool(spool_.path, 1'000'000, 1 << 30)) {
      const auto found = copies.find(one.message);
      if (found != copies.end() && found->second > 0) elsewhere_.doubted.push_back(one.message);
    }
  }

  // How often each message is elsewhere, but for what was in doubt.
  using Copies = std::map<std::string, int>;
  Copies certain_copies() const {
    Copies copies;
    for (const std::string& message : elsewhere_.stored) ++copies[message];
    for (const std::string& message : elsewhere_.doubted) --copies[message];
    return copies;
  }

  void check_doubles() {
    if (!found_.empty()) return;
    for (const auto& [message, count] : certain_copies()) {
      if (count > 1) found_ = str_cat(message.substr(0, message.find(' ')), " is there twice");
    }
  }

  testing::TempDir dir_;
  queue::SpoolOptions spool_{dir_.path("spool"), 1 << 30, 1 << 20};
  VirtualTime time_;
  Random random_;
  const SystemClock clock_;
  io::Loop loop_;
  Pool pool_;
  queue::ScriptedQueue elsewhere_;
  std::uint64_t room_bytes_ = 1 << 30;  // At a time.
  std::vector<std::unique_ptr<queue::Producer>> producers_;
  ScriptedRemote* remotes_[kReactors] = {};  // The producers'.
  io::Timer next_{loop_, [this] { act(); }};
  bool is_healed_ = false;
  bool is_submitting_ = false;
  std::uint64_t tickets_ = 0;
  std::map<std::uint64_t, std::vector<std::string>> messages_;
  std::set<std::uint64_t> waiting_;
  std::set<std::uint64_t> kept_;  // Answered as queued or spooled.
  std::string found_;
};

template <class Overflow>
std::string find(std::uint64_t schedules) {
  return search([](std::uint64_t seed) { return Schedule<Overflow>(seed).run(); }, schedules);
}

class OverflowSim : public ::testing::Test {
 protected:
  // It is not the disk's contents that are simulated: one in memory costs less.
  static void SetUpTestSuite() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  }
};

TEST_F(OverflowSim, KeepsWhatItAnsweredAndDoublesNothing) {
  EXPECT_EQ(find<OverflowNow>(schedules_or(kSchedules)), "");
}

TEST_F(OverflowSim, FindsAnswersThatComeTooSoon) {
  const std::string found = find<FlawedOverflow<Flaw::kAnswersTooSoon>>(kSchedules);
  EXPECT_NE(found.find("is nowhere"), std::string::npos) << found;
}

TEST_F(OverflowSim, FindsAReplayThatReleasesTooSoon) {
  const std::string found = find<FlawedOverflow<Flaw::kReleasesTooSoon>>(kSchedules);
  EXPECT_NE(found.find("is nowhere"), std::string::npos) << found;
}

TEST_F(OverflowSim, FindsWhatIsKeptTwice) {
  const std::string found = find<FlawedOverflow<Flaw::kSpoolsTwice>>(kSchedules);
  EXPECT_NE(found.find("is there twice"), std::string::npos) << found;
}

}  // namespace
}  // namespace penstock::sim
