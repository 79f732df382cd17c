#include "store/columns/visit_counts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/visit_testing.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kStart = kToday - kDay;

// Events of some days, by day, and what is known of each day's visits.
class Days {
 public:
  void add(const PlainEvent& event) {
    days_[event.at_ms - event.at_ms % kDay].events.push_back(event);
  }
  void build() {
    for (auto& [day_ms, day] : days_) {
      VisitBuilder builder(day_ms, day.events.size());
      for (std::uint32_t i = 0; i < day.events.size(); ++i) {
        builder.add(i, day.events[i].key, day.events[i].at_ms);
      }
      EXPECT_FALSE(builder.end_pass());
      day.places = builder.places();
      day.parts = builder.parts();
      for (std::uint16_t i = 0; i < day.events.size(); ++i) {
        if (day.events[i].is_left) day.left.push_back(i);
        day.times.push_back(day.events[i].at_ms);
      }
    }
  }

  // Into as many steps of a length as there are, from the day before today on.
  PlainVisits count(std::int64_t step_ms = kMinute) const {
    VisitCounts counts(static_cast<std::size_t>(6 * kDay / step_ms));
    for (const auto& [day_ms, day] : days_) {
      counts.begin_day(day_ms, day.parts);
      for (const std::uint16_t position : day.left) {
        const auto step = static_cast<std::size_t>((day.times[position] - kStart) / step_ms);
        EXPECT_TRUE(counts.add(day.places, {&position, 1}, step));
      }
      counts.end_day();
    }
    counts.finish();
    const auto sum = [](const std::vector<std::uint64_t>& numbers) {
      return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
    };
    PlainVisits out;
    out.visits = sum(counts.sums().visits);
    out.bounces = sum(counts.sums().bounces);
    out.seconds = sum(counts.sums().seconds);
    out.entries = counts.entries();
    out.exits = counts.exits();
    for (std::size_t step = 0; step < counts.sums().visits.size(); ++step) {
      const auto first_s = (kStart + static_cast<std::int64_t>(step) * step_ms) / 1'000;
      out.first_s.insert(out.first_s.end(), counts.sums().visits[step], first_s);
    }
    return out;
  }

  std::map<std::string, std::uint64_t> ends(VisitEnd end) const {
    std::map<std::string, std::uint64_t> out;
    VisitEnds ends(end);
    const auto look = [&](const auto& entry) {
      const auto& [day_ms, day] = entry;
      ends.begin_day(day_ms, day.parts);
      const auto chosen = ends.choose(day.places, day.left);
      ASSERT_TRUE(chosen.has_value());
      for (const std::uint16_t position : *chosen) ++out[day.events[position].value];
    };
    if (end == VisitEnd::kEntry) {
      std::for_each(days_.begin(), days_.end(), look);
    } else {
      std::for_each(days_.rbegin(), days_.rend(), look);
    }
    return out;
  }

 private:
  struct Day {
    std::vector<PlainEvent> events;
    std::vector<VisitPlace> places;
    VisitParts parts;
    std::vector<std::uint16_t> left;
    std::vector<std::int64_t> times;
  };

  std::map<std::int64_t, Day> days_;
};

TEST(VisitCounts, JoinWhatMidnightParts) {
  Days days;
  days.add({1, kToday - 60'000, 0, true, "/in"});
  days.add({1, kToday + 60'000, 1, false, "/out"});
  days.add({2, kToday - 20 * kMinute, 2, true, "/in"});
  days.add({2, kToday + 11 * kMinute, 3, true, "/other"});
  days.build();
  const PlainVisits counted = days.count();
  EXPECT_EQ(counted.visits, 3u);
  EXPECT_EQ(counted.bounces, 2u);
  EXPECT_EQ(counted.seconds, 120u);
  EXPECT_EQ(counted.entries, 3u);
  EXPECT_EQ(counted.exits, 2u);
}

TEST(VisitCounts, CountAVisitOfManyDaysOnce) {
  Days days;
  for (int i = 0; i < 150; ++i) days.add({1, kToday + i * 29 * kMinute, 0, i % 140 == 7, "/"});
  days.build();
  const PlainVisits counted = days.count();
  EXPECT_EQ(counted.visits, 1u);
  EXPECT_EQ(counted.bounces, 0u);
  EXPECT_EQ(counted.seconds, 149u * 29 * 60);
  EXPECT_EQ(counted.first_s.at(0), (kToday + 7 * 29 * kMinute) / 1'000);
}

TEST(VisitCounts, CountAVisitOfManyDaysWholeWhichOneSoeverHasTheRow) {
  for (const int added : {0, 30, 70, 120, 149}) {
    Days days;
    for (int i = 0; i < 150; ++i) days.add({1, kToday + i * 29 * kMinute, 0, i == added, "/"});
    days.build();
    const PlainVisits counted = days.count();
    EXPECT_EQ(counted.visits, 1u) << added;
    EXPECT_EQ(counted.seconds, 149u * 29 * 60) << added;
    EXPECT_EQ(counted.entries, added == 0 ? 1u : 0u);
    EXPECT_EQ(counted.exits, added == 149 ? 1u : 0u);
  }
}

TEST(VisitCounts, RefuseAPartThatTheDayDoesNotHave) {
  const std::vector<VisitPlace> places{4 | kAlone};
  const std::uint16_t position = 0;
  VisitCounts counts(1);
  const VisitParts none;
  counts.begin_day(kToday, none);
  EXPECT_EQ(counts.add(places, {&position, 1}, 0).error().code, ErrorCode::kCorrupt);
  VisitEnds ends(VisitEnd::kEntry);
  ends.begin_day(kToday, none);
  EXPECT_EQ(ends.choose(places, {&position, 1}).error().code, ErrorCode::kCorrupt);
}

TEST(VisitCounts, AreThoseOfAPlainCount) {
  std::mt19937 random(11);
  for (int round = 0; round < 30; ++round) {
    Days days;
    std::vector<PlainEvent> events;
    const auto visitors = 1 + random() % 60;
    const auto left = 1 + random() % 9;
    for (std::uint64_t i = 0; i < 1'500; ++i) {
      // Half of them near a midnight.
      std::int64_t at_ms = kToday + static_cast<std::int64_t>(random() % (4 * kDay));
      if (random() % 2 == 0) {
        at_ms = kToday + static_cast<std::int64_t>(1 + random() % 3) * kDay - kHour +
                static_cast<std::int64_t>(random() % (2 * kHour));
      }
      const std::uint64_t key = (1 + random() % visitors) * 0x9e37'79b9'7f4a'7c15;
      events.push_back({key, at_ms, i, random() % left == 0, str_cat("/", random() % 20)});
      days.add(events.back());
    }
    days.build();
    PlainVisits wanted = plain_visits(events);
    for (std::int64_t& first_s : wanted.first_s) first_s -= first_s % 60;
    const PlainVisits counted = days.count();
    EXPECT_EQ(counted.visits, wanted.visits);
    EXPECT_EQ(counted.bounces, wanted.bounces);
    EXPECT_EQ(counted.seconds, wanted.seconds);
    EXPECT_EQ(counted.entries, wanted.entries);
    EXPECT_EQ(counted.exits, wanted.exits);
    EXPECT_EQ(counted.first_s, wanted.first_s);
    EXPECT_EQ(days.count(6 * kDay).seconds, wanted.seconds);
    EXPECT_EQ(days.ends(VisitEnd::kEntry), wanted.entry_values);
    EXPECT_EQ(days.ends(VisitEnd::kExit), wanted.exit_values);
  }
}

}  // namespace
}  // namespace penstock::store
