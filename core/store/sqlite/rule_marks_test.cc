#include "store/sqlite/rule_marks.h"

#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::store {
namespace {

TEST(RuleMarks, AreThereForTheNextProcess) {
  const testing::TempDir dir;
  const RuleMark mark{"shop/+ /- ", 7, 1'795'478'400'000'000};
  {
    RuleMarks marks(dir.path(""));
    EXPECT_EQ(marks.of(5).value(), std::nullopt);
    ASSERT_TRUE(marks.set(5, {"", 1, 1}).has_value());
    ASSERT_TRUE(marks.set(5, mark).has_value());
    ASSERT_TRUE(marks.set(4, mark).has_value());
  }
  RuleMarks marks(dir.path(""));
  EXPECT_EQ(marks.of(5).value(), mark);
  ASSERT_TRUE(marks.forget_before(5).has_value());
  EXPECT_EQ(marks.of(4).value(), std::nullopt);
  EXPECT_EQ(marks.of(5).value(), mark);
}

TEST(RuleMarks, AddUpWhatWasDeleted) {
  const testing::TempDir dir;
  EXPECT_TRUE(RuleMarks::removed(dir.path("")).empty());
  RuleMarks marks(dir.path(""));
  const std::vector<RemovedRows> some = {{"b", 1, 3}, {"a", 1, 2}, {"c", 1, 0}};
  ASSERT_TRUE(marks.add_removed(some).has_value());
  ASSERT_TRUE(marks.add_removed(std::span(some).first(1)).has_value());
  const auto removed = RuleMarks::removed(dir.path(""));
  ASSERT_EQ(removed.size(), 2u);
  EXPECT_EQ(removed[0].rule, "a");
  EXPECT_EQ(removed[0].rows, 2u);
  EXPECT_EQ(removed[1].rows, 6u);
}

TEST(RuleMarks, AFileOfSomethingElseSaysNothing) {
  const testing::TempDir dir;
  std::ofstream(RuleMarks::path_in(dir.path(""))) << "no database";
  EXPECT_TRUE(RuleMarks::removed(dir.path("")).empty());
  EXPECT_FALSE(RuleMarks(dir.path("")).of(5).has_value());
}

}  // namespace
}  // namespace penstock::store
