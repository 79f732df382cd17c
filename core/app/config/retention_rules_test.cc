#include "app/config/retention_rules.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(RetentionRules, AreThoseOfTheSetting) {
  Config config;
  EXPECT_TRUE(retention_rules(config).empty());
  config.store.retain = {"project=shop kind=log days=30", "kind=error days=0"};
  const auto rules = retention_rules(config);
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0], (store::RetentionRule{"shop", "log", 30}));
  EXPECT_EQ(rules[1], (store::RetentionRule{"", "error", 0}));
  EXPECT_EQ(check_retention_rule(config.store.retain[0]), "");
  EXPECT_EQ(check_retention_rule("kind=nothing days=1"), "names no kind");
}

}  // namespace
}  // namespace penstock::app
