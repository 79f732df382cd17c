#include "console/api/errors/release_order.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(ReleaseOrder, IsThatOfNumbers) {
  const char* const ascending[] = {"0.9",           "1.0.0-alpha",
                                   "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                   "1.0.0-rc.2",    "1.0.0-rc.10",
                                   "1.0.0",         "v1.0.1",
                                   "1.9.9",         "1.10.0",
                                   "1.10.0.4",      "2",
                                   "1042",          "9223372036854775807"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      const auto order = order_of_releases(ascending[i], ascending[j]);
      ASSERT_TRUE(order) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(*order < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(*order > 0, i > j) << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_LT(order_of_releases("shop@1.2.3", "shop@1.2.10").value_or(0), 0);
  EXPECT_LT(order_of_releases("@acme/shop@1.2.3", "@acme/shop@1.3").value_or(0), 0);
}

TEST(ReleaseOrder, IsUnknownWhereNamesDoNotTell) {
  const char* const pairs[][2] = {{"4be1c9a", "77aa00f"},
                                  {"shop@1.0", "web@2.0"},
                                  {"1.0", "main"},
                                  {"1.0+4", "1.0+5"},
                                  {"1.0", "v1.0"},
                                  {"", "1.0"},
                                  {"1.2.3.4.5", "1.2.3.4.6"},
                                  {"1..2", "1..3"},
                                  {"1.", "2."},
                                  {"-1", "1"},
                                  {"9223372036854775808", "1"},
                                  {"shop@", "shop@1"}};
  for (const auto& [a, b] : pairs) {
    EXPECT_FALSE(order_of_releases(a, b)) << a << " " << b;
    EXPECT_FALSE(order_of_releases(b, a)) << a << " " << b;
  }
  EXPECT_EQ(order_of_releases("main", "main"), 0);
  EXPECT_TRUE(is_numbered_release("shop@1.2.3-rc.1"));
  EXPECT_FALSE(is_numbered_release("4be1c9a"));
}

}  // namespace
}  // namespace penstock::console
