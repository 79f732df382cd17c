#include "store/sqlite/position.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

TEST(RowPosition, ComesBackFromItsText) {
  const auto position = RowPosition::parse(RowPosition{1'764'000'000'123, 42}.text());

  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(position->occurred_at_ms, 1'764'000'000'123);
  EXPECT_EQ(position->row_id, 42);
}

// Clients hand it back, so anything may come.
TEST(RowPosition, RefusesOtherText) {
  for (const char* text :
       {"", ".", "1.", ".1", "1", "1.2.3", "a.b", "1.2 ", "99999999999999999999.1",
        "9223372036854775807.1", "-9223372036854775808.1", "253402300800000.1", "-1.1", "1.-1",
        "1;DROP TABLE events"}) {
    EXPECT_FALSE(RowPosition::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace penstock::store
