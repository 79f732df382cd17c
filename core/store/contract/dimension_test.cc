#include "store/contract/dimension.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

TEST(Dimension, ComesBackFromItsText) {
  for (int i = 0; i < kDimensions; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    EXPECT_EQ(dimension_of(to_text(dimension)), dimension);
  }
  EXPECT_FALSE(dimension_of("colour").has_value());
  EXPECT_FALSE(dimension_of("").has_value());
}

TEST(Dimension, ReadsItsOwnColumnOfARow) {
  event::Row row;
  row.record.name = "name";
  row.record.source = "source";
  row.path = "path";
  row.host = "host";
  row.referrer_host = "referrer";
  row.browser = "browser";
  row.os = "os";
  row.device = "device";
  row.country = "country";
  row.utm_campaign = "campaign";
  row.record.kind = "kind";
  row.record.project = "project";
  row.utm_source = "utm_source";
  row.utm_medium = "utm_medium";

  for (int i = 0; i < kDimensions; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (dimension == Dimension::kChannel) continue;
    EXPECT_EQ(value_of(row, dimension), to_text(dimension));
  }
}

TEST(Dimension, TheChannelIsMadeOfOthers) {
  event::Row row;
  EXPECT_EQ(value_of(row, Dimension::kChannel), "");
  row.referrer_host = "google.com";
  EXPECT_EQ(value_of(row, Dimension::kChannel), "Organic Search");
}

// On a character's boundary: "é" has two bytes and would end behind the last.
TEST(Dimension, ValuesAreCut) {
  event::Row row;
  const std::string exact(kDimensionValueBytesMax, 'x');
  const std::string accented = std::string(kDimensionValueBytesMax - 1, 'x') + "é";
  const std::string longer = exact + "y";
  row.path = longer;
  EXPECT_EQ(value_of(row, Dimension::kPath), exact);
  EXPECT_EQ(dimension_value(accented), exact.substr(1));
  EXPECT_EQ(dimension_value(exact), exact);
}

}  // namespace
}  // namespace penstock::store
