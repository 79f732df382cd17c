#include "store/columns/conditions.h"

#include <gtest/gtest.h>

#include "store/columns/part_testing.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

using Leaves = CodeCondition::Leaves;

class ConditionsTest : public ::testing::Test {
 protected:
  ConditionsTest() {
    for (int i = 0; i < 3; ++i) {
      event::Row row = row_at(kToday + i, 1);
      row.path = i == 0 ? "/a" : "/b";
      row.record.properties = R"({"seats":3})";
      part_.add(i + 1, row);
    }
    part_.seal();
  }

  Conditions of(Condition condition) {
    Columns columns = part_.columns();
    Filter filter;
    filter.conditions.push_back(std::move(condition));
    auto conditions = conditions_of(columns, filter);
    EXPECT_TRUE(conditions.has_value());
    return conditions.value_or(Conditions{});
  }

  MemoryPart part_;
};

TEST_F(ConditionsTest, ComparisonsOfOneWordAreCodes) {
  const Conditions is = of({Dimension::kPath, "/a"});
  ASSERT_EQ(is.all.size(), 1u);
  EXPECT_EQ(is.all[0].leaves, Leaves::kCode);
  EXPECT_TRUE(is.all[0].has_left(kFirstCode));
  EXPECT_FALSE(is.all[0].has_left(kFirstCode + 1));

  const Conditions other = of({Dimension::kPath, "/a", Comparison::kIsNot});
  EXPECT_FALSE(other.all[0].has_left(kFirstCode));
  EXPECT_TRUE(other.all[0].has_left(kFirstCode + 1));
  EXPECT_FALSE(of({Dimension::kPath, "", Comparison::kExists}).all[0].has_left(kEmptyCode));
}

TEST_F(ConditionsTest, OthersMarkTheWordsThatTheyLeave) {
  const Conditions found = of({Dimension::kPath, "B", Comparison::kContains});
  ASSERT_EQ(found.all.size(), 1u);
  EXPECT_EQ(found.all[0].leaves, Leaves::kMarked);
  EXPECT_FALSE(found.all[0].has_left(kEmptyCode));
  EXPECT_FALSE(found.all[0].has_left(kOtherCode));
  EXPECT_FALSE(found.all[0].has_left(kFirstCode));
  EXPECT_TRUE(found.all[0].has_left(kFirstCode + 1));
  EXPECT_FALSE(found.all[0].has_left(kFirstCode + 2)) << "a code of a damaged file";
  EXPECT_FALSE(found.asks_rows);
}

TEST_F(ConditionsTest, WordsThatNoRowHasAnswerByThemselves) {
  EXPECT_TRUE(of({Dimension::kPath, "/none"}).is_never);
  const Conditions other = of({Dimension::kPath, "/none", Comparison::kIsNot});
  EXPECT_FALSE(other.is_never);
  EXPECT_TRUE(other.all[0].has_left(kFirstCode));

  EXPECT_TRUE(of({"absent", "1"}).is_never);
  EXPECT_TRUE(of({"absent", "1", Comparison::kGreater}).is_never);
  for (const Comparison comparison : {Comparison::kIsNot, Comparison::kIs}) {
    const Conditions empty = of({"absent", comparison == Comparison::kIs ? "" : "1", comparison});
    EXPECT_FALSE(empty.is_never);
    EXPECT_TRUE(empty.all.empty());
  }
  EXPECT_TRUE(of({"seats", "2", Comparison::kGreater}).all[0].has_left(kFirstCode));
}

}  // namespace
}  // namespace penstock::store
