#include "console/api/request/condition_text.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

using store::Comparison;
using store::Condition;
using store::Dimension;

TEST(ConditionText, ReadsEachSign) {
  const struct {
    const char* text;
    Condition condition;
  } cases[] = {
      {"path=/a", {Dimension::kPath, "/a", Comparison::kIs}},
      {"path=", {Dimension::kPath, "", Comparison::kIs}},
      {"country!=DE", {Dimension::kCountry, "DE", Comparison::kIsNot}},
      {"path~=a=b", {Dimension::kPath, "a=b", Comparison::kContains}},
      {"host^=www.", {Dimension::kHost, "www.", Comparison::kStartsWith}},
      {"properties.plan?", {"plan", "", Comparison::kExists}},
      {"properties.seats>3.5", {"seats", "3.5", Comparison::kGreater}},
      {"properties.a b<-1e3", {"a b", "-1e3", Comparison::kLess}},
      {"project!=", {Dimension::kProject, "", Comparison::kIsNot}},
      {"properties.what?=x", {"what?", "x", Comparison::kIs}},
  };
  for (const auto& c : cases) {
    const auto condition = parse_condition(c.text);
    ASSERT_TRUE(condition) << c.text;
    EXPECT_EQ(*condition, c.condition) << c.text;
  }
}

TEST(ConditionText, SaysWhatIsWrong) {
  for (const char* bad : {"", "path", "shoe=4", "=x", "properties.=x", "path!", "path>", "path<x",
                          "properties.seats>3 "}) {
    const auto condition = parse_condition(bad);
    ASSERT_FALSE(condition) << bad;
    EXPECT_EQ(condition.error().code, ErrorCode::kRejected) << bad;
  }
}

TEST(ConditionText, NamesComeBack) {
  for (const char* name : {"path", "project", "properties.plan", "properties.a.b"}) {
    const auto facet = facet_of(name);
    ASSERT_TRUE(facet) << name;
    EXPECT_EQ(to_text(*facet), name);
  }
  EXPECT_FALSE(facet_of("properties"));
  EXPECT_NE(facet_names().find("country, "), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
