// The store's retention under a clock that jumps: ahead by years, back, right again; and restarts.
//
// What must hold in each schedule: no day of rows that a right clock gave their times is removed
// before it is past; none within the hour after a jump or a start; at most two at once; and once
// the clock is right again, all that is past goes. Give or take two days: so far behind the newest
// rows are those that bear out the clock. One that writes wrong days for three days is believed.
//
// By the store's bytes, under the same clocks: only as many of the oldest days go as the rest needs
// to fit, at most two at once, none within that hour, never the newest; and in the end it fits.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "event/id.h"
#include "sim/search.h"
#include "store/contract/calendar.h"
#include "store/contract/row_testing.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/event_store.h"
#include "store/sqlite/retention.h"
#include "support/temp_dir.h"

namespace penstock::sim {
namespace {

using store::kDay;
using store::kHour;
using store::kMinute;
using Days = std::vector<std::int64_t>;

constexpr std::uint64_t kSchedules = 12;
constexpr std::uint64_t kBytesSchedules = 4;
constexpr int kHours = 24 * 24;
constexpr std::int64_t kUpkeepMs = 20 * kMinute;
constexpr std::int64_t kSlackMs = 2 * kDay;
constexpr std::size_t kWrongDaysMax = 2;
constexpr std::size_t kRemovedAtOnce = 2;

struct RetentionNow {
  static void maintain(store::EventStore& store, const store::StoreOptions& /*options*/,
                       const Clock& /*clock*/) {
    EXPECT_TRUE(store.maintain());
  }
};

// A specimen: as before fault A2 of its review was repaired, by the wall clock and at once.
struct RetentionBefore {
  static void maintain(store::EventStore& /*store*/, const store::StoreOptions& options,
                       const Clock& clock) {
    const std::int64_t oldest_ms =
        event::start_of_day(clock.wall_ms()) - std::int64_t{options.retention_days} * kDay;
    Days past;
    for (const std::int64_t day : store::list_days(options.path)) {
      if (day < oldest_ms && past.size() < kRemovedAtOnce) past.push_back(day);
    }
    EXPECT_TRUE(store::remove_days(options.path, past, past.size()).done);
  }
};

std::uint64_t bytes_of(const std::string& folder, const Days& days) {
  std::uint64_t bytes = 0;
  for (const std::int64_t day : days) bytes += store::day_bytes(store::day_path(folder, day));
  return bytes;
}

// A specimen with a flaw: one day more than has to go.
struct BytesOneMore {
  static void maintain(store::EventStore& /*store*/, const store::StoreOptions& options,
                       const Clock& /*clock*/) {
    const Days days = store::list_days(options.path);
    if (days.size() < 3 || bytes_of(options.path, days) <= options.bytes_max) return;
    EXPECT_TRUE(store::remove_days(options.path, days, kRemovedAtOnce).done);
  }
};

// A specimen with a flaw: what is too much goes at once, whatever the clock has done.
struct BytesAtOnce {
  static void maintain(store::EventStore& /*store*/, const store::StoreOptions& options,
                       const Clock& /*clock*/) {
    const Days days = store::list_days(options.path);
    if (days.size() < 3 || bytes_of(options.path, days) <= options.bytes_max) return;
    EXPECT_TRUE(store::remove_days(options.path, days, 1).done);
  }
};

enum class Bound : std::uint8_t { kDays, kBytes };

template <class Retention, Bound kBound = Bound::kDays>
class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : random_(seed) {
    if (kBound == Bound::kDays) {
      options_.retention_days = static_cast<std::uint32_t>(3 + random_.below(4));
    }
    open();
    if (kBound == Bound::kBytes) {
      add_row();
      const Days days = store::list_days(options_.path);
      options_.bytes_max = (3 + random_.below(4)) * bytes_of(options_.path, days);
      open();
    }
  }

  std::string run() {
    for (int hour = 0; hour < kHours && found_.empty(); ++hour) {
      const std::uint64_t fate = random_.below(100);
      if (fate < 3) set_ahead(wrong_ms());
      if (fate >= 3 && fate < 6) set_ahead(0);
      if (fate == 6) open();
      this->hour();
    }
    set_ahead(0);
    for (int hour = 0; hour < 48 && found_.empty(); ++hour) this->hour();
    const Days days = store::list_days(options_.path);
    const bool fits =
        kBound == Bound::kBytes && bytes_of(options_.path, days) <= options_.bytes_max;
    if (found_.empty() && !fits && !days.empty() &&
        days.front() < oldest_kept_ms(true_ms_ - kSlackMs)) {
      found_ = day_text(days.front()) + " is past and still there";
    }
    return found_;
  }

 private:
  std::int64_t wrong_ms() {
    constexpr std::int64_t kWrong[] = {2 * kHour,  3 * kDay,   40 * kDay,    400 * kDay,
                                       -2 * kHour, -30 * kDay, -4'000 * kDay};
    return kWrong[random_.below(std::size(kWrong))];
  }

  void set_ahead(std::int64_t ahead_ms) {
    if (ahead_ms == ahead_ms_) return;
    ahead_ms_ = ahead_ms;
    unsettled_at_us_ = clock_.mono_us();
    clock_.set_wall_ms(true_ms_ + ahead_ms_);
  }

  void open() {
    store_.reset();
    store_ = std::move(*store::open_sqlite_store(options_, clock_));
    unsettled_at_us_ = clock_.mono_us();
  }

  void hour() {
    if (random_.below(5) == 0) add_row();
    for (std::int64_t passed = 0; passed < kHour && found_.empty(); passed += kUpkeepMs) {
      true_ms_ += kUpkeepMs;
      clock_.advance_ms(kUpkeepMs);
      maintain();
    }
  }

  void add_row() {
    const std::int64_t wall_ms = clock_.wall_ms();
    const std::int64_t day = event::start_of_day(wall_ms);
    std::erase_if(wrong_days_, [this](std::int64_t wrong) { return wrong <= true_ms_; });
    if (wall_ms > true_ms_ && day > true_ms_) {
      if (wrong_days_.size() == kWrongDaysMax && !wrong_days_.contains(day)) return;
      wrong_days_.insert(day);
    }
    if (ahead_ms_ == 0) right_days_.insert(day);
    const event::Row row = store::row_at(wall_ms, ++rows_);
    const auto outcome = store_->store({&row, 1});
    EXPECT_TRUE(outcome && outcome->stored == 1);
  }

  // By its bytes, yesterday's: late events still come to it.
  std::int64_t oldest_kept_ms(std::int64_t now_ms) const {
    const std::uint32_t days = kBound == Bound::kDays ? options_.retention_days : 1;
    return event::start_of_day(now_ms) - std::int64_t{days} * kDay;
  }

  // `before` with their bytes; `removed` of them are gone.
  void check_bytes(const Days& before, std::uint64_t bytes, const std::vector<std::uint64_t>& each,
                   const Days& removed) {
    for (std::size_t i = 0; i < removed.size(); ++i) {
      if (removed[i] != before[i]) found_ = day_text(removed[i]) + " was not the oldest";
      if (bytes <= options_.bytes_max) found_ = day_text(removed[i]) + " did not have to go";
      bytes -= std::min(bytes, each[i]);
    }
    if (removed.back() == before.back()) found_ = "the newest day was removed";
  }

  void maintain() {
    const Days before = store::list_days(options_.path);
    std::vector<std::uint64_t> each;
    for (const std::int64_t day : before) each.push_back(bytes_of(options_.path, {day}));
    Retention::maintain(*store_, options_, clock_);
    const Days after = store::list_days(options_.path);
    Days removed;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(removed));
    if (removed.empty()) return;
    if (kBound == Bound::kBytes) {
      check_bytes(before, std::accumulate(each.begin(), each.end(), std::uint64_t{0}), each,
                  removed);
    }
    for (const std::int64_t day : removed) {
      if (kBound == Bound::kBytes) break;
      const bool is_past = day < oldest_kept_ms(true_ms_ + kSlackMs);
      if (right_days_.contains(day) && !is_past) found_ = day_text(day) + " was removed too soon";
    }
    const std::int64_t settled_ms = (clock_.mono_us() - unsettled_at_us_) / 1'000;
    if (settled_ms < store::Calendar::kSettleMs && found_.empty()) {
      found_ = day_text(removed.front()) + " was removed by a clock that has just jumped";
    }
    if (removed.size() > kRemovedAtOnce) found_ = "more was removed than at once";
  }

  testing::TempDir dir_;
  Random random_;
  store::StoreOptions options_{.path = dir_.path("events")};
  std::int64_t true_ms_ = store::kToday + 5 * kHour;
  std::int64_t ahead_ms_ = 0;
  ManualClock clock_{true_ms_};
  std::unique_ptr<store::EventStore> store_;
  std::int64_t unsettled_at_us_ = 0;
  std::uint32_t rows_ = 0;
  std::set<std::int64_t> right_days_;  // With rows of a right clock.
  std::set<std::int64_t> wrong_days_;  // That are to come, with rows of a clock that was ahead.
  std::string found_;
};

template <class Retention, Bound kBound = Bound::kDays>
std::string find(std::uint64_t schedules) {
  return search([](std::uint64_t seed) { return Schedule<Retention, kBound>(seed).run(); },
                schedules);
}

class RetentionSim : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  }
};

TEST_F(RetentionSim, RemovesWhatIsPastAndNothingElse) {
  EXPECT_EQ(find<RetentionNow>(schedules_or(kSchedules)), "");
}

TEST_F(RetentionSim, FindsDaysThatAreOldByAWrongClock) {
  const std::string found = find<RetentionBefore>(kSchedules);
  EXPECT_NE(found.find("removed too soon"), std::string::npos) << found;
}

TEST_F(RetentionSim, RemovesNoMoreThanTheStoresBytesAsk) {
  const auto found = find<RetentionNow, Bound::kBytes>(schedules_or(kBytesSchedules));
  EXPECT_EQ(found, "");
}

TEST_F(RetentionSim, FindsADayThatDidNotHaveToGo) {
  const auto found = find<BytesOneMore, Bound::kBytes>(kBytesSchedules);
  EXPECT_NE(found.find("did not have to go"), std::string::npos) << found;
}

TEST_F(RetentionSim, FindsBytesThatGoAtOnce) {
  const auto found = find<BytesAtOnce, Bound::kBytes>(kBytesSchedules);
  EXPECT_NE(found.find("a clock that has just jumped"), std::string::npos) << found;
}

}  // namespace
}  // namespace penstock::sim
