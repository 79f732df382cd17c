#include "cli/import/time_zone.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::cli {
namespace {

std::string utc_of(const char* zone, const char* local) {
  const auto found = TimeZone::named(zone);
  if (!found) return "no zone";
  std::string out;
  append_rfc3339(out, found->utc_of(*parse_rfc3339(str_cat(local, "Z"))));
  return out;
}

TEST(TimeZone, GoesByTheSystemsList) {
  EXPECT_EQ(utc_of("UTC", "2026-07-01T12:00:00.5"), "2026-07-01T12:00:00.500Z");
  EXPECT_EQ(utc_of("Nowhere/Town", "2026-07-01T12:00:00"), "no zone");
  EXPECT_EQ(utc_of("../../etc/passwd", "2026-07-01T12:00:00"), "no zone");
  ASSERT_TRUE(TimeZone::named("Europe/Berlin")) << "tzdata is not installed";
  EXPECT_EQ(utc_of("Europe/Berlin", "2026-07-01T12:00:00.25"), "2026-07-01T10:00:00.250Z");
  EXPECT_EQ(utc_of("Europe/Berlin", "2026-01-01T12:00:00"), "2026-01-01T11:00:00.000Z");
  // The hour that comes twice: the first of the two.
  EXPECT_EQ(utc_of("Europe/Berlin", "2026-10-25T02:30:00"), "2026-10-25T00:30:00.000Z");
}

}  // namespace
}  // namespace penstock::cli
