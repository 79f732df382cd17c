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

  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 60 AND dimension = 0"), 11);
  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 3600 AND value = '/'"), 11);
  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE step = 86400 AND dimension = 0"), 1);
}

TEST_F(RollupStatementsTest, KeepsMinutesHoursAndProjectsApart) {
  RollupBatch batch;
  event::Row other = row_at(kToday + 1, 1);
  other.record.project = "other";
  for (const event::Row& row :
       {row_at(kToday, 2), other, row_at(kToday + kMinute, 3), row_at(kToday + kHour, 4)}) {
    batch.add(row);
  }
  write(batch);

  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE step = 60 AND dimension = 0"), 4);
  EXPECT_EQ(number(str_cat("SELECT events FROM counts WHERE step = 3600 AND dimension = 0 "
                           "AND project = 'default' AND at = ",
                           today_s)),
            2);
  EXPECT_EQ(number("SELECT events FROM counts WHERE step = 86400 AND dimension = 0 "
                   "AND project = 'other'"),
            1);
}

TEST_F(RollupStatementsTest, CountsNoEmptyValues) {
  RollupBatch batch;
  event::Row row = row_at(kToday, 1);
  row.country = "";
  row.path = "";
  batch.add(row);
  write(batch);

  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE value = '' AND dimension > 1"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE dimension = 1"), 0);
}

TEST_F(RollupStatementsTest, CutsLongValuesBetweenCharacters) {
  RollupBatch batch;
  std::string path(255, 'a');
  path += "\xc3\xa4tail";
  event::Row row = row_at(kToday, 1);
  row.path = path;
  batch.add(row);
  write(batch);

  EXPECT_EQ(
      number("SELECT length(CAST(value AS BLOB)) FROM counts WHERE step = 60 AND dimension = 4"),
      255);
}

TEST_F(RollupStatementsTest, HoldsMoreValuesThanItsFirstTable) {
  RollupBatch batch;
  std::vector<std::string> paths;
  for (int i = 0; i < 5'000; ++i) paths.push_back(str_cat("/product/", i));
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5'000; ++i) {
      event::Row row = row_at(kToday, i);
      row.path = paths[i];
      batch.add(row);
    }
  }
  write(batch);

  EXPECT_EQ(number("SELECT count(*) FROM counts WHERE step = 86400 AND dimension = 4"), 5'000);
  EXPECT_EQ(
      number("SELECT count(*) FROM counts WHERE step = 86400 AND dimension = 4 AND events <> 2"),
      0);
}

// A scanner: ever new paths. What is counted by name is bounded, the sums are as they were.
TEST_F(RollupStatementsTest, CountsTheValuesOfAFullBucketTogether) {
  std::vector<std::string> paths;
  for (int i = 0; i < 3'000; ++i) paths.push_back(str_cat("/probe/", i));
  RollupBatch batch;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 3'000; ++i) {
      event::Row row = row_at(kToday + i % 2, i);
      row.path = paths[i];
      batch.add(row);
    }
    write(batch);
  }
  for (const std::int64_t step_s : {kMinuteS, kHourS, kDayS}) {
    const std::string of_paths = str_cat(" FROM counts WHERE dimension = 4 AND step = ", step_s);
    const std::int64_t named = std::min<std::int64_t>(3'000, values_max(step_s));
    EXPECT_EQ(number("SELECT sum(events)" + of_paths), 6'000) << step_s;
    EXPECT_EQ(number("SELECT count(*)" + of_paths + " AND value <> '(other)'"), named) << step_s;
    EXPECT_EQ(number("SELECT ifnull(sum(events), 0)" + of_paths + " AND value = '(other)'"),
              6'000 - 2 * named)
        << step_s;
  }
}

// One visitor in two minutes of an hour: one in each of them, and one in the hour.
TEST_F(RollupStatementsTest, MergesVisitorsAndDoesNotAddThem) {
  RollupBatch batch;
  for (const std::int64_t at : {kToday, kToday + kMinute}) {
    event::Row row = row_at(at, 1);
    row.record.user_id = "u1";
    batch.add(row);
    write(batch);
  }

  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ(visitors(60, today_s), 1u);
  EXPECT_EQ(visitors(60, today_s + 60), 1u);
  EXPECT_EQ(visitors(3'600, today_s), 1u);
  EXPECT_EQ(visitors(86'400, today_s), 1u);
}

}  // namespace
}  // namespace penstock::store
