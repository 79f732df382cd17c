#include "store/contract/filter.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

bool is_left(Comparison comparison, std::string operand, std::string_view value) {
  return holds({Dimension::kPath, std::move(operand), comparison}, value);
}

TEST(Filter, ComparesTexts) {
  EXPECT_TRUE(is_left(Comparison::kIs, "/a", "/a"));
  EXPECT_FALSE(is_left(Comparison::kIs, "/a", "/A"));
  EXPECT_TRUE(is_left(Comparison::kIsNot, "/a", "/A"));
  EXPECT_FALSE(is_left(Comparison::kIsNot, "", ""));
  EXPECT_TRUE(is_left(Comparison::kExists, "", "x"));
  EXPECT_FALSE(is_left(Comparison::kExists, "", ""));
}

TEST(Filter, FindsPartsInBothCases) {
  EXPECT_TRUE(is_left(Comparison::kContains, "PROD", "/products/1"));
  EXPECT_TRUE(is_left(Comparison::kContains, "", ""));
  EXPECT_FALSE(is_left(Comparison::kContains, "products/12", "/products/1"));
  EXPECT_TRUE(is_left(Comparison::kStartsWith, "/Pro", "/products/1"));
  EXPECT_FALSE(is_left(Comparison::kStartsWith, "prod", "/products/1"));
  EXPECT_FALSE(is_left(Comparison::kStartsWith, "/products", "/pro"));
}

TEST(Filter, ComparesNumbersAsNumbers) {
  EXPECT_TRUE(is_left(Comparison::kGreater, "9", "10"));
  EXPECT_FALSE(is_left(Comparison::kGreater, "10", "10.0"));
  EXPECT_TRUE(is_left(Comparison::kLess, "0", "-1e3"));
  EXPECT_FALSE(is_left(Comparison::kLess, "5", "4 apples"));
  EXPECT_FALSE(is_left(Comparison::kGreater, "5", ""));
  EXPECT_FALSE(is_left(Comparison::kGreater, "many", "7"));
}

}  // namespace
}  // namespace penstock::store
