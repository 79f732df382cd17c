// The spool's consumer under many streams, deaths and traffic that does not stop.
//
// What must hold: what was written is delivered until it is released, nothing else is, and nothing
// starves, however busy the other streams are.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "queue/spool/consumer.h"
#include "queue/spool/writer.h"
#include "sim/search.h"
#include "support/temp_dir.h"

namespace penstock::sim {
namespace {

using Texts = std::vector<std::string>;

constexpr std::uint64_t kSchedules = 6;
constexpr std::size_t kClaimMax = 40;
constexpr int kSteps = 30;
// Rounds in which what was written before must have been delivered, whatever comes meanwhile.
constexpr int kPatienceRounds = 150;

queue::SpoolOptions options_of(const std::string& path) { return {path, 1 << 30, 1 << 20}; }

// The consumer as it is. A death is its destruction.
class ConsumerNow {
 public:
  ConsumerNow(const std::string& path, const Clock& clock) : path_(path), clock_(clock) { live(); }
  void live() {
    consumer_.reset();
    consumer_ = std::move(*queue::SpoolConsumer::make(options_of(path_), "sim", clock_));
  }
  Texts claim() {
    auto claimed = consumer_->claim(kClaimMax, 1 << 20, 0);
    return claimed ? claimed->messages : Texts();
  }
  void release() { EXPECT_TRUE(consumer_->release()); }
  void give_up() { consumer_->give_up(); }

 private:
  const std::string path_;
  const Clock& clock_;
  std::unique_ptr<queue::SpoolConsumer> consumer_;
};

// A specimen: which streams the consumer looked at before fault A3 of its review was repaired: the
// first 64 that are known, with messages or without.
class ConsumerBefore {
 public:
  ConsumerBefore(std::string path, const Clock& /*clock*/) : path_(std::move(path)) {}
  void live() { give_up(); }
  Texts claim() {
    Texts messages;
    queue::SegmentReader::Limits left{kClaimMax, 1 << 20};
    std::size_t opened = 0;
    for (const std::string& instance : queue::list_instances(path_)) {
      for (const queue::SegmentPlace& place : queue::list_segments(path_, instance)) {
        if (++opened > 64) return messages;
        Place& at = places_[place.text()];
        if (!at.reader) at.reader = std::move(*queue::SegmentReader::open(place.path(path_)));
        if (!at.reader || left.messages_max == 0) continue;
        at.claimed = at.reader->read_after(at.released, left, messages).value_or(at.released);
      }
    }
    return messages;
  }
  void release() {
    for (auto& [name, at] : places_) at.released = at.claimed;
  }
  void give_up() {
    for (auto& [name, at] : places_) at.claimed = at.released;
  }

 private:
  struct Place {
    std::optional<queue::SegmentReader> reader;
    std::int64_t released = 0;
    std::int64_t claimed = 0;
  };
  const std::string path_;
  std::map<std::string, Place> places_;
};

template <class Consumer>
class Schedule {
 public:
  explicit Schedule(std::uint64_t seed)
      : random_(seed), instance_(*queue::SpoolInstance::make(dir_.path("spool"))) {
    // Every third has more than the consumer keeps open.
    const std::size_t count = seed % 3 == 0 ? 65 + random_.below(20) : 1 + random_.below(12);
    for (std::uint32_t i = 0; i < count; ++i) {
      writers_.push_back(
          std::make_unique<queue::SpoolWriter>(instance_, options_of(dir_.path("spool")), i));
    }
    consumer_.emplace(dir_.path("spool"), clock_);
  }

  std::string run() {
    for (std::size_t i = 0; i < writers_.size(); ++i) write(i);
    for (int step = 0; step < kSteps && found_.empty(); ++step) {
      for (std::uint64_t i = random_.below(4); i > 0; --i) write(random_.below(writers_.size()));
      round();
    }
    is_dying_ = false;
    const std::set<std::string> before = waiting_;
    const auto is_done = [&] {
      return std::none_of(before.begin(), before.end(),
                          [this](const std::string& ticket) { return waiting_.contains(ticket); });
    };
    for (int i = 0; i < kPatienceRounds && !is_done() && found_.empty(); ++i) {
      write(random_.below(std::min<std::size_t>(writers_.size(), 64)));
      round();
    }
    return found_.empty() && !is_done() ? "a message starves" : found_;
  }

 private:
  void write(std::size_t writer) {
    const std::string ticket = str_cat("ticket ", written_++);
    const std::string_view message = ticket;
    EXPECT_TRUE(writers_[writer]->append({&message, 1}, clock_.wall_ms()));
    waiting_.insert(ticket);
  }

  void round() {
    clock_.advance_ms(static_cast<std::int64_t>(20 + random_.below(200)));
    const Texts claimed = consumer_->claim();
    for (const std::string& ticket : claimed) {
      if (!waiting_.contains(ticket)) found_ = ticket + " was delivered after its release";
    }
    const std::uint64_t fate = is_dying_ ? random_.below(20) : 20;
    if (fate == 0) return consumer_->live();  // Also with a claim outstanding.
    if (claimed.empty()) return;
    if (fate == 1) return consumer_->give_up();
    consumer_->release();
    for (const std::string& ticket : claimed) waiting_.erase(ticket);
  }

  testing::TempDir dir_;
  Random random_;
  ManualClock clock_{1'795'515'837'312};
  const std::shared_ptr<queue::SpoolInstance> instance_;
  std::vector<std::unique_ptr<queue::SpoolWriter>> writers_;
  std::optional<Consumer> consumer_;
  bool is_dying_ = true;
  std::size_t written_ = 0;
  std::set<std::string> waiting_;  // Written and not released.
  std::string found_;
};

template <class Consumer>
std::string find(std::uint64_t schedules) {
  return search([](std::uint64_t seed) { return Schedule<Consumer>(seed).run(); }, schedules);
}

class SpoolSim : public ::testing::Test {
 protected:
  // It is not the disk that is simulated: one in memory costs less.
  static void SetUpTestSuite() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  }
};

TEST_F(SpoolSim, DeliversAllUntilItIsReleased) {
  EXPECT_EQ(find<ConsumerNow>(schedules_or(kSchedules)), "");
}

TEST_F(SpoolSim, FindsStreamsThatAreNeverLookedAt) {
  const std::string found = find<ConsumerBefore>(kSchedules);
  EXPECT_NE(found.find("starves"), std::string::npos) << found;
}

}  // namespace
}  // namespace penstock::sim
