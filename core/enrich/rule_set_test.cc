#include "enrich/rule_set.h"

#include <gtest/gtest.h>

namespace penstock::enrich {
namespace {

TEST(RuleSet, TakesTheFirstRuleThatMatches) {
  RuleSet rules;
  ASSERT_TRUE(rules.add("(Edge)/(\\d+)", false));
  ASSERT_TRUE(rules.add("(Chrome)/(\\d+)", false));
  ASSERT_TRUE(rules.compile());

  std::vector<std::string_view> groups;
  EXPECT_EQ(rules.first_match("Mozilla Chrome/12 Edge/13", groups), 0);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0], "Edge");
  EXPECT_EQ(groups[1], "13");
  EXPECT_EQ(rules.first_match("Chrome/12", groups), 1);
  EXPECT_EQ(rules.first_match("Firefox/12", groups), -1);
  EXPECT_TRUE(groups.empty());
}

TEST(RuleSet, HeedsTheCaseUnlessTold) {
  RuleSet rules;
  ASSERT_TRUE(rules.add("GoodBot", false));
  ASSERT_TRUE(rules.add("BadBot", true));
  ASSERT_TRUE(rules.compile());

  std::vector<std::string_view> groups;
  EXPECT_EQ(rules.first_match("goodbot", groups), -1);
  EXPECT_EQ(rules.first_match("badbot", groups), 1);
}

// Words of fewer than three letters cannot be searched for; such rules are always tried.
TEST(RuleSet, TriesRulesWithoutWords) {
  RuleSet rules;
  ASSERT_TRUE(rules.add("^a.c$", false));
  ASSERT_TRUE(rules.add("^[x-z]+(\\d?)$", false));
  ASSERT_TRUE(rules.compile());

  std::vector<std::string_view> groups;
  EXPECT_EQ(rules.first_match("abc", groups), 0);
  EXPECT_EQ(rules.first_match("xyz", groups), 1);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0], "");
}

TEST(RuleSet, RefusesAnExpressionThatIsNone) {
  RuleSet rules;
  const auto added = rules.add("(unclosed", false);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kConfiguration);
}

TEST(RuleSet, MatchesNothingWhileEmpty) {
  RuleSet rules;
  ASSERT_TRUE(rules.compile());
  std::vector<std::string_view> groups;
  EXPECT_EQ(rules.first_match("anything", groups), -1);
}

// Backtracking would take for ever here.
TEST(RuleSet, TakesLinearTimeOnHostileText) {
  RuleSet rules;
  ASSERT_TRUE(rules.add("(?:a+)+b(?:a+)+c", false));
  ASSERT_TRUE(rules.compile());
  std::vector<std::string_view> groups;
  const std::string text(100'000, 'a');
  EXPECT_EQ(rules.first_match(text, groups), -1);
}

}  // namespace
}  // namespace penstock::enrich
