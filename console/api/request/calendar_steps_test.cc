#include "console/api/request/calendar_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "console/api/request/query_reader.h"

namespace penstock::console {
namespace {

using ::testing::ElementsAre;

store::Range range_of(std::string_view from, std::string_view to) {
  return {*parse_time(from), *parse_time(to)};
}

std::int64_t at(std::string_view text) { return *parse_time(text) / 1'000; }

TEST(TimeZone, IsKnownByItsName) {
  EXPECT_TRUE(TimeZone::named("UTC")->is_utc());
  EXPECT_FALSE(TimeZone::named("Asia/Kathmandu")->is_utc());
  for (const char* bad : {"", "Mars/Base", "/etc/localtime", "../../../etc/hostname", "Europe",
                          "Europe/Berlin ", "file:Europe/Berlin"}) {
    EXPECT_FALSE(TimeZone::named(bad)) << bad;
  }
}

// Clocks went back at 01:00 UTC: the day has 25 hours.
TEST(TimeZone, DaysAreItsOwn) {
  const auto zone = TimeZone::named("Europe/Berlin");
  const auto range = range_of("2026-10-24T10:00:00Z", "2026-10-26T10:00:00Z");
  EXPECT_THAT(*zone->starts(range, CalendarUnit::kDay),
              ElementsAre(at("2026-10-23T22:00:00Z"), at("2026-10-24T22:00:00Z"),
                          at("2026-10-25T23:00:00Z")));
  EXPECT_THAT(*zone->starts(range, CalendarUnit::kWeek),
              ElementsAre(at("2026-10-18T22:00:00Z"), at("2026-10-25T23:00:00Z")));
  EXPECT_THAT(*zone->starts(range, CalendarUnit::kMonth), ElementsAre(at("2026-09-30T22:00:00Z")));
  EXPECT_THAT(*zone->starts(range, 86'400), *zone->starts(range, CalendarUnit::kDay));
  EXPECT_THAT(*zone->starts(range, 2 * 86'400),
              ElementsAre(at("2026-10-23T22:00:00Z"), at("2026-10-25T23:00:00Z")));
}

TEST(TimeZone, HoursBeginWithItsDays) {
  const auto kathmandu = TimeZone::named("Asia/Kathmandu");  // 5:45 before UTC.
  EXPECT_THAT(*kathmandu->starts(range_of("2026-11-25T00:00:00Z", "2026-11-25T20:00:00Z"), 21'600),
              ElementsAre(at("2026-11-25T00:15:00Z") - 21'600, at("2026-11-25T00:15:00Z"),
                          at("2026-11-25T06:15:00Z"), at("2026-11-25T12:15:00Z"),
                          at("2026-11-25T18:15:00Z")));
  const auto berlin = TimeZone::named("Europe/Berlin");
  // 25 hours, and the clock's six of them are seven.
  const auto back = range_of("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
  EXPECT_EQ(berlin->starts(back, 3'600)->size(), 25u);
  EXPECT_THAT(*berlin->starts(back, 21'600),
              ElementsAre(at("2026-10-24T22:00:00Z"), at("2026-10-25T05:00:00Z"),
                          at("2026-10-25T11:00:00Z"), at("2026-10-25T17:00:00Z")));
  // 23 hours: 02:00 was left out.
  const auto forth = range_of("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
  EXPECT_EQ(berlin->starts(forth, 3'600)->size(), 23u);
  EXPECT_THAT(berlin->starts(forth, 7'200)->at(1), at("2026-03-29T01:00:00Z"));
}

// A day without a midnight begins with its first moment.
TEST(TimeZone, DaysMayHaveNoMidnight) {
  const auto zone = TimeZone::named("America/Sao_Paulo");
  EXPECT_THAT(
      *zone->starts(range_of("2018-11-03T12:00:00Z", "2018-11-05T01:00:00Z"), CalendarUnit::kDay),
      ElementsAre(at("2018-11-03T03:00:00Z"), at("2018-11-04T03:00:00Z")));
}

TEST(TimeZone, StepsAreNotTooMany) {
  const auto zone = TimeZone::named("America/New_York");
  EXPECT_EQ(zone->starts({0, 5'000 * 60'000}, 60)->size(), 5'000u);
  EXPECT_FALSE(zone->starts({0, 5'001 * 60'000}, 60));
  EXPECT_FALSE(zone->starts({0, 253'402'300'800'000}, CalendarUnit::kDay));
}

}  // namespace
}  // namespace penstock::console
