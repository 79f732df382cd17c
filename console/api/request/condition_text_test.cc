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
                          "properties.seats>3 ", "text=x", "text?", "is_bot=1", "received_at>1",
                          "id=x", "properties~=x"}) {
    const auto condition = parse_condition(bad);
    ASSERT_FALSE(condition) << bad;
    EXPECT_EQ(condition.error().code, ErrorCode::kRejected) << bad;
  }
}

TEST(ConditionText, NamesComeBack) {
  for (const char* name : {"path", "project", "properties.plan", "properties.a.b", "user_id", "url",
                           "utm_medium", "text", "referrer"}) {
    const auto subject = subject_of(name);
    ASSERT_TRUE(subject) << name;
    EXPECT_EQ(to_text(*subject), name);
  }
  EXPECT_EQ(subject_of("referrer_host"), store::Subject(store::Dimension::kReferrer));
  EXPECT_EQ(subject_of("utm_campaign"), store::Subject(store::Dimension::kCampaign));
  EXPECT_FALSE(facet_of("user_id"));
  EXPECT_FALSE(facet_of("properties"));
  EXPECT_NE(facet_names().find("country, "), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
