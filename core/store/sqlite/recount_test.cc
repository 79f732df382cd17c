#include "store/sqlite/recount.h"

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class RecountTest : public ColumnsTest {
 protected:
  // All totals of the day as one text.
  std::string totals() {
    auto database = sqlite::Database::open(day_path(options_.path, kToday), {}).value();
    auto rows = database.prepare(
        "SELECT step || ' ' || project || ' ' || dimension || ' ' || at || ' ' || events FROM "
        "counts "
        "UNION ALL SELECT step || ' ' || project || ' ' || at || ' ' || hex(sketch) FROM visitors "
        "ORDER BY 1");
    std::string text;
    while (rows->step().value_or(false)) text += str_cat(rows->text(0), "\n");
    return text;
  }
};

TEST_F(RecountTest, MakesTheTotalsThatStoringMade) {
  VariedRows rows(9);
  store(rows.some(kToday, 700));
  store(rows.some(kToday, 300));
  const std::string before = totals();
  EXPECT_FALSE(before.empty());
  store_.reset();
  run(kToday, "UPDATE counts SET events = 7; DELETE FROM visitors WHERE step = 3600");
  ASSERT_NE(totals(), before);
  auto database = sqlite::Database::open(day_path(options_.path, kToday), {}).value();
  ASSERT_TRUE(recount_totals(database).has_value());
  EXPECT_EQ(totals(), before);
}

TEST_F(RecountTest, LeavesNothingOfADayWithoutRows) {
  store({row_at(kToday, 1)});
  store_.reset();
  run(kToday, "DELETE FROM events");
  auto database = sqlite::Database::open(day_path(options_.path, kToday), {}).value();
  ASSERT_TRUE(recount_totals(database).has_value());
  EXPECT_EQ(totals(), "");
}

}  // namespace
}  // namespace penstock::store
