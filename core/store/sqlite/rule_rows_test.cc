#include "store/sqlite/rule_rows.h"

#include <limits>

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();

TEST(RuleSet, CountsDaysAsForWholeDays) {
  StoreOptions options;
  options.retain = {{"shop", "", 2}, {"", "log", 0}};
  options.retention_days = 5;
  const RuleSet rules(options);
  ASSERT_EQ(rules.size(), 3u);
  const std::int64_t now_ms = kToday + 12 * kHour;
  EXPECT_EQ(rules.due(kToday - 2 * kDay, now_ms), (std::vector<bool>{false, false, false}));
  EXPECT_EQ(rules.due(kToday - 3 * kDay, now_ms), (std::vector<bool>{true, false, false}));
  EXPECT_EQ(rules.due(kToday - 6 * kDay, now_ms), (std::vector<bool>{true, false, true}));
  EXPECT_NE(rules.due_text({true, false, false}), rules.due_text({true, false, true}));
  EXPECT_EQ(rules.text(0), "project=shop days=2");
  EXPECT_EQ(rules.text(2), "");
}

class RuleRowsTest : public ColumnsTest {};

TEST_F(RuleRowsTest, AreFoundAndDeletedSomeAtATime) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 10; ++i) {
    rows.push_back(row_at(kToday + i, i + 1));
    rows.back().record.project = i % 2 == 0 ? "shop" : "blog";
  }
  store(rows);
  store_.reset();
  options_.retain = {{"shop", "", 2}};
  const RuleSet rules(options_);
  auto database = sqlite::Database::open(day_path(options_.path, kToday), {});
  ASSERT_TRUE(database.has_value());
  const auto some = find_doomed_rows(*database, rules, {true, false}, kFirst, 4).value();
  EXPECT_EQ(some.doomed.size(), 2u);
  EXPECT_EQ(some.by_rule, (std::vector<std::uint64_t>{2, 0}));
  const auto rest =
      find_doomed_rows(*database, rules, {true, false}, some.last_row.value(), 100).value();
  EXPECT_EQ(rest.doomed.size(), 3u);
  EXPECT_FALSE(find_doomed_rows(*database, rules, {true, false}, rest.last_row.value(), 100)
                   .value()
                   .last_row.has_value());
  ASSERT_TRUE(remove_rows(*database, some.doomed).has_value());
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events WHERE project = 'shop'"), 3);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 8);
}

}  // namespace
}  // namespace penstock::store
