#include "base/text.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string rfc3339(std::int64_t ms) {
  std::string out;
  append_rfc3339(out, ms);
  return out;
}

TEST(Text, WritesATimeAsRfc3339) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'795'515'837'312), "2026-11-24T10:23:57.312Z");
  EXPECT_EQ(day_text(1'795'515'837'312), "2026-11-24");
}

TEST(Text, ReadsWhatItWrites) {
  for (const std::int64_t ms : {0LL, 951'782'400'000LL, 1'795'515'837'312LL}) {
    EXPECT_EQ(parse_rfc3339(rfc3339(ms)), ms);
  }
}

TEST(Text, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("2026-11-24T12:23:57+02:00"), 1'795'515'837'000);
  EXPECT_EQ(parse_rfc3339("2026-11-24 10:23:57.1Z"), 1'795'515'837'100);
  EXPECT_EQ(parse_rfc3339("2026-11-24t10:23:57.123456z"), 1'795'515'837'123);
  EXPECT_EQ(parse_rfc3339("2026-11-24"), 1'795'478'400'000);
}

TEST(Text, RefusesTimesThatDoNotExist) {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2026-11-24T25:00:00Z", "2026-11-24T10:23:57",
        "2026-11-24T10:23:57.Z", "-026-11-24", "2026-11-24T10:23:57Zx", "2026-11-24T10:61:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Text, ReadsHexBothWays) {
  std::string out;
  append_hex(out, std::string_view("\x00\xff\x1a", 3));
  EXPECT_EQ(out, "00ff1a");
  EXPECT_EQ(parse_hex("00fF1a"), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(parse_hex("0"));
  EXPECT_FALSE(parse_hex("0g"));
}

}  // namespace
}  // namespace penstock
