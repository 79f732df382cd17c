#include "store/sqlite/compact_upkeep.h"

#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"
#include "store/sqlite/column_upkeep.h"

namespace penstock::store {
namespace {

class CompactUpkeepTest : public ColumnsTest {
 protected:
  CompactUpkeepTest() { options_.compact_after_days = 2; }

  void work() {
    while (store_->gather_columns()) {
    }
  }
  bool is_compact(std::int64_t day_ms) {
    return store::is_compact(number(day_ms, "PRAGMA user_version"));
  }

  VariedRows rows_{3};
};

TEST_F(CompactUpkeepTest, CompactsDaysOfTheSettingsAge) {
  for (int day = 0; day <= 4; ++day) store(rows_.some(kToday - day * kDay, 800));
  store(rows_.some(kToday - 5 * kDay, 3));
  clock_.advance_ms(kMinute);
  work();
  EXPECT_FALSE(is_compact(kToday - 4 * kDay));  // Its rows have only just come.
  clock_.advance_ms(kRestMs + kMinute);
  work();
  EXPECT_TRUE(is_compact(kToday - 4 * kDay));
  EXPECT_TRUE(is_compact(kToday - 3 * kDay));
  EXPECT_FALSE(is_compact(kToday - 5 * kDay));  // It would become larger.
  EXPECT_FALSE(is_compact(kToday - 2 * kDay));  // Over since a day and a half.
  EXPECT_FALSE(is_compact(kToday));
  EXPECT_EQ(store_->compacted().days, 2u);
  EXPECT_GT(store_->compacted().bytes_saved, 0u);
  clock_.advance_ms(kDay);
  work();
  EXPECT_TRUE(is_compact(kToday - 2 * kDay));
  EXPECT_FALSE(is_compact(kToday - kDay));
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

}  // namespace
}  // namespace penstock::store
