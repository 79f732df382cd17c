#include "store/sqlite/rollup_statements.h"

#include "store/rollup/rollup.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class RollupStatementsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto file = DayFile::open(path_);
    ASSERT_TRUE(file.has_value());
    file_ = *std::move(file);
  }

  void write(RollupBatch& batch) {
    auto transaction = file_->begin();
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(batch.write(file_->rollups()).has_value());
    ASSERT_TRUE(transaction->commit().has_value());
    batch.clear();
  }

  std::int64_t number(const std::string& sql) {
    auto database = sqlite::Database::open(path_, {});
    auto statement = database->prepare(sql);
    return statement->step().value_or(false) ? statement->integer(0) : -1;
  }

  std::uint64_t visitors(std::int64_t step_s, std::int64_t at_s) {
    auto database = sqlite::Database::open(path_, {});
    auto statement = database->prepare("SELECT sketch FROM visitors WHERE step = ? AND at = ?");
    statement->bind(1, step_s).bind(2, at_s);
    if (!statement->step().value_or(false)) return 0;
    return HyperLogLog::from_bytes(statement->blob(0))->count();
  }

  testing::TempDir dir_;
  std::string path_ = dir_.path("2025-11-24.db");
  std::unique_ptr<DayFile> file_;
};

TEST_F(RollupStatementsTest, AddsUpOverRowsAndBatches) {
  RollupBatch batch;
  for (std::uint32_t i = 0; i < 10; ++i) batch.add(row_at(kToday + i, i));
  write(batch);
  batch.add(row_at(kToday + 20, 20));
  write(batch);

  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 3600 AND dimension = 0"), 11);
  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 86400 AND dimension = 0"), 11);
  EXPECT_EQ(number("SELECT count(*) FROM counts"), 2);
}

TEST_F(RollupStatementsTest, KeepsHoursAndProjectsApart) {
  RollupBatch batch;
  event::Row other = row_at(kToday + 1, 1);
  other.record.project = "other";
  for (const event::Row& row :
       {row_at(kToday, 2), other, row_at(kToday + kMinute, 3), row_at(kToday + kHour, 4)}) {
    batch.add(row);
  }
  write(batch);

  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE step = 3600 AND dimension = 0"), 3);
  EXPECT_EQ(number(str_cat("SELECT events FROM counts WHERE step = 3600 AND dimension = 0 "
                           "AND project = 'default' AND at = ",
                           today_s)),
            2);
  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 86400 AND dimension = 0 "
                   "AND project = 'other'"),
            1);
}

TEST_F(RollupStatementsTest, CountsBotsWhereThereAreSome) {
  RollupBatch batch;
  event::Row row = row_at(kToday, 1);
  batch.add(row);
  write(batch);
  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE dimension = 1"), 0);

  row.is_bot = true;
  batch.add(row);
  write(batch);
  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 86400 AND dimension = 1"), 1);
}

// One visitor in two hours of a day: one in each of them, and one in the day.
TEST_F(RollupStatementsTest, MergesVisitorsAndDoesNotAddThem) {
  RollupBatch batch;
  for (const std::int64_t at : {kToday, kToday + kHour}) {
    event::Row row = row_at(at, 1);
    row.record.user_id = "u1";
    batch.add(row);
    write(batch);
  }

  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ(visitors(3'600, today_s), 1u);
  EXPECT_EQ(visitors(3'600, today_s + 3'600), 1u);
  EXPECT_EQ(visitors(86'400, today_s), 1u);
}

}  // namespace
}  // namespace penstock::store
