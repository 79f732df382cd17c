#include "store/contract/retention_rule.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

std::string fault(std::string_view text) {
  const auto rule = parse_retention_rule(text);
  return rule ? "" : rule.error().reason;
}

TEST(RetentionRule, ComesBackFromItsText) {
  const RetentionRule both{"shop", "log", 30};
  EXPECT_EQ(parse_retention_rule("kind=log  days=30 project=shop ").value(), both);
  EXPECT_EQ(to_text(both), "project=shop kind=log days=30");
  EXPECT_EQ(to_text(parse_retention_rule("kind=error days=0").value()), "kind=error days=0");
  EXPECT_EQ(to_text(parse_retention_rule("project=a=b days=36500").value()),
            "project=a=b days=36500");
}

TEST(RetentionRule, NamesWithSpacesStandInQuotes) {
  for (const char* name : {"bücher laden", "ada's shop", R"(the "shop" of all)", "'quoted'"}) {
    const RetentionRule rule{name, "log", 30};
    EXPECT_EQ(parse_retention_rule(to_text(rule)).value(), rule) << to_text(rule);
  }
  EXPECT_EQ(to_text({"bücher laden", "", 3}), "project='bücher laden' days=3");
  EXPECT_EQ(parse_retention_rule("days=3 project=\"a\"").value().project, "a");
  EXPECT_EQ(fault("project='a b days=3"), "has quotes that do not end");
  EXPECT_EQ(fault("project=' days=3"), "has quotes that do not end");
  EXPECT_EQ(fault("project='' days=3"), "names no project");
  EXPECT_EQ(fault("project=' a' days=3"), "names no project");
  EXPECT_EQ(fault("project='a\tb' days=3"), "names no project");
  EXPECT_NE(fault("project='a'days=3 x"), "");
}

TEST(RetentionRule, SaysWhatIsWrong) {
  EXPECT_NE(fault(""), "");
  EXPECT_NE(fault("days=3"), "");
  EXPECT_NE(fault("project=shop"), "");
  EXPECT_NE(fault("project= days=3"), "");
  EXPECT_NE(fault("project=shop day=3"), "");
  EXPECT_EQ(fault("kind=logs days=3"), "names no kind");
  EXPECT_EQ(fault("project=a project=b days=3"), "names two projects");
  EXPECT_EQ(fault("kind=log kind=log days=3"), "names two kinds");
  EXPECT_EQ(fault("kind=log days=3 days=4"), "says days twice");
  for (const char* text : {"kind=log days=-1", "kind=log days=36501", "kind=log days=x"}) {
    EXPECT_EQ(fault(text), "has days that are not 0 to 36500") << text;
  }
  EXPECT_EQ(fault("days=3 project=" + std::string(65, 'x')), "names no project");
}

TEST(RetentionRule, TheMostSpecificOneSaysIt) {
  const std::vector<RetentionRule> rules = {
      {"", "log", 1}, {"shop", "", 2}, {"shop", "log", 3}, {"blog", "", 0}};
  EXPECT_EQ(rule_of(rules, "shop", "log"), 2u);
  EXPECT_EQ(rule_of(rules, "shop", "event"), 1u);
  EXPECT_EQ(rule_of(rules, "other", "log"), 0u);
  EXPECT_EQ(rule_of(rules, "blog", "log"), 3u);
  EXPECT_EQ(rule_of(rules, "other", "event"), 4u);
}

TEST(RetentionRule, TwoOfTheSameEventsDoNotStandTogether) {
  EXPECT_EQ(fault_of_rules({}), "");
  const std::vector<RetentionRule> rules = {{"shop", "", 2}, {"shop", "log", 2}, {"shop", "", 3}};
  EXPECT_EQ(fault_of_rules(rules), R"(has two rules for the events of "project=shop days=3")");
  const std::vector<RetentionRule> many(kRetentionRulesMax + 1, {"shop", "", 2});
  EXPECT_EQ(fault_of_rules(many), "has 65 rules; at most 64 are possible");
}

TEST(RetentionRule, ADayLastsAsLongAsItsLongestRule) {
  const std::vector<RetentionRule> rules = {{"shop", "", 2}, {"shop", "log", 90}};
  EXPECT_EQ(longest_days(rules, 30), 90u);
  EXPECT_EQ(longest_days(rules, 400), 400u);
  EXPECT_EQ(longest_days(rules, 0), 0u);
  EXPECT_EQ(longest_days({}, 30), 30u);
  const std::vector<RetentionRule> for_ever = {{"shop", "", 0}};
  EXPECT_EQ(longest_days(for_ever, 30), 0u);
}

}  // namespace
}  // namespace penstock::store
