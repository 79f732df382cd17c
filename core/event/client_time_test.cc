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
}

TEST(ClientTime, RefusesWhatIsNone) {
  for (const char* text : {"", "yesterday", "nan", "inf", "1e30", "1795515837x", " 1795515837",
                           "2026-11-24T10:23:57", "0x10"}) {
    EXPECT_FALSE(parse_client_time(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::event
