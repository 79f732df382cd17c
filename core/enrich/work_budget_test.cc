#include "enrich/work_budget.h"

#include <gtest/gtest.h>

namespace penstock::enrich {
namespace {

TEST(WorkBudget, LeavesTheOthersTheirsWhereOneSourceSpendsItsOwn) {
  WorkBudget budget({.batch_us = 100, .source_us = 50});
  budget.spend("203.0.113.1", 49);
  EXPECT_TRUE(budget.allows("203.0.113.1"));
  budget.spend("203.0.113.1", 1);
  EXPECT_FALSE(budget.allows("203.0.113.1"));
  EXPECT_TRUE(budget.allows("203.0.113.2"));
}

TEST(WorkBudget, EndsForAllTogether) {
  WorkBudget budget({.batch_us = 100, .source_us = 50});
  for (int i = 0; i < 10; ++i) budget.spend(std::to_string(i), 10);
  EXPECT_FALSE(budget.allows("new"));
}

TEST(WorkBudget, IsWholeAgainInTheNextBatch) {
  WorkBudget budget({.batch_us = 100, .source_us = 50});
  budget.spend("a", 1'000);
  budget.renew();
  EXPECT_TRUE(budget.allows("a"));
}

}  // namespace
}  // namespace penstock::enrich
