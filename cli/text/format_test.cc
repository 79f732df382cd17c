#include "cli/text/format.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(Format, ShowsBytesInTheirUnit) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1'023), "1023 B");
  EXPECT_EQ(bytes_text(1'024), "1.0 KiB");
  EXPECT_EQ(bytes_text(10'737'418'240), "10.0 GiB");
  EXPECT_EQ(bytes_text(~std::uint64_t{0}), "16384.0 PiB");
}

TEST(Format, ShowsDurationsByTheirLargestParts) {
  EXPECT_EQ(duration_text(0), "0.0 s");
  EXPECT_EQ(duration_text(59.94), "59.9 s");
  EXPECT_EQ(duration_text(60), "1 min");
  EXPECT_EQ(duration_text(3'600 * 3 + 60 * 12), "3 h 12 min");
  EXPECT_EQ(duration_text(86'400 * 4 + 7'200), "4 d 2 h");
}

TEST(Format, GroupsDigits) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
  EXPECT_EQ(rate_text(0.25), "0.2/s");
  EXPECT_EQ(rate_text(1'234.4), "1,234/s");
}

}  // namespace
}  // namespace penstock::cli
