#include "event/client_time.h"

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

TEST(ClientTime, TellsItsFormsApart) {
  EXPECT_EQ(parse_client_time("2026-11-24T10:23:57.312Z"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("2026-11-24T12:23:57+02:00"), 1'795'515'837'000);
  EXPECT_EQ(parse_client_time("1795515837"), 1'795'515'837'000);
  EXPECT_EQ(parse_client_time("1795515837.3124151"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("1795515837312"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("1795515837312.9"), 1'795'515'837'313);
  EXPECT_EQ(parse_client_time("0"), 0);
  EXPECT_EQ(parse_client_time("-1"), -1000);
  EXPECT_EQ(parse_client_time("1.795515837e9"), 1'795'515'837'000);
  EXPECT_EQ(parse_client_time(" 1795515837\n"), std::nullopt);
  EXPECT_EQ(parse_client_time(" 1795515837 "), 1'795'515'837'000);
}

// Go and OTLP count nanoseconds, Python and PostgreSQL microseconds.
TEST(ClientTime, TellsANumbersUnitByItsSize) {
  EXPECT_EQ(parse_client_time("1795515837312415"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("1795515837312415000"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("1795515837312415.5"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("1.795515837312415e18"), 1'795'515'837'312);
  EXPECT_EQ(parse_client_time("99999999999"), 99'999'999'999'000);
  EXPECT_EQ(parse_client_time("100000000000"), 100'000'000'000);
  EXPECT_EQ(parse_client_time("99999999999999"), 99'999'999'999'999);
  EXPECT_EQ(parse_client_time("100000000000000"), 100'000'000'000);
  EXPECT_EQ(parse_client_time("100000000000000000"), 100'000'000'000);
  EXPECT_EQ(parse_client_time("-1795515837312415000"), -1'795'515'837'312);
}

TEST(ClientTime, TakesEverySpellingOfADate) {
  for (const char* text :
       {"2026-11-24T10:23:57.312Z", "2026-11-24t10:23:57.312z", "2026-11-24 10:23:57.312Z",
        "2026-11-24T10:23:57.312415926Z", "2026-11-24T12:23:57.312+02:00",
        "2026-11-24T12:23:57.312+0200", "2026-11-24 12:23:57.312+02",
        "2026-11-24 12:23:57.312 +0200", "2026-11-24 10:23:57.312 UTC",
        "2026-11-24T02:23:57.312-08:00", " 2026-11-24T10:23:57.312-00:00 "}) {
    EXPECT_EQ(parse_client_time(text), 1'795'515'837'312) << text;
  }
}

TEST(ClientTime, RefusesWhatIsNone) {
  for (const char* text :
       {"", "yesterday", "nan", "inf", "1e30", "1795515837x", "1e20", "2026-11-24 10:23:57 UT",
        "2026-11-24 10:23:57 +2", "2026-11-24T10:23:57", "0x10"}) {
    EXPECT_FALSE(parse_client_time(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::event
