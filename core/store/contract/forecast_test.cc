#include "store/contract/forecast.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

constexpr std::uint64_t kGb = 1'000'000'000;

// A day's file a day, the last one today's.
StoreSizes sizes_of(int days, std::uint64_t bytes_a_day, std::uint64_t free_bytes) {
  StoreSizes sizes;
  for (int day = days - 1; day >= 0; --day) {
    sizes.days.push_back({kToday - day * kDay, bytes_a_day});
  }
  sizes.free_bytes = free_bytes;
  return sizes;
}

TEST(Forecast, TellsWhenTheDiskIsFull) {
  const Forecast found = forecast(sizes_of(11, kGb, 20 * kGb), {}, kToday + 23 * kHour);
  EXPECT_EQ(found.bytes, 11 * kGb);
  EXPECT_EQ(found.days, 11u);
  EXPECT_EQ(found.limit, Limit::kDisk);
  EXPECT_EQ(found.limit_bytes, 31 * kGb);
  EXPECT_DOUBLE_EQ(found.bytes_per_day.value_or(0), 1.0 * kGb);
  EXPECT_DOUBLE_EQ(found.days_that_fit.value_or(0), 31);
  EXPECT_DOUBLE_EQ(found.full_in_days.value_or(0), 20);
}

TEST(Forecast, TellsWhenTheBoundIsReachedWhereThatIsNearer) {
  StoreOptions options;
  options.bytes_max = 15 * kGb;
  const Forecast found = forecast(sizes_of(11, kGb, 20 * kGb), options, kToday + kHour);
  EXPECT_EQ(found.limit, Limit::kBytesMax);
  EXPECT_DOUBLE_EQ(found.full_in_days.value_or(0), 4);
  EXPECT_DOUBLE_EQ(found.days_that_fit.value_or(0), 15);

  options.bytes_max = 100 * kGb;  // Larger than the disk.
  EXPECT_EQ(forecast(sizes_of(11, kGb, 20 * kGb), options, kToday).limit, Limit::kDisk);
  options.bytes_max = 5 * kGb;  // Passed already.
  EXPECT_DOUBLE_EQ(forecast(sizes_of(11, kGb, 20 * kGb), options, kToday).full_in_days.value_or(-1),
                   0);
}

TEST(Forecast, IsNeverFullWhereTheRetentionRemovesAsMuchBefore) {
  StoreOptions options;
  options.retention_days = 20;
  EXPECT_FALSE(forecast(sizes_of(11, kGb, 20 * kGb), options, kToday).full_in_days);
  options.retention_days = 60;
  EXPECT_TRUE(forecast(sizes_of(11, kGb, 20 * kGb), options, kToday).full_in_days);
}

// Days without events take no room, and are days all the same.
TEST(Forecast, CountsTheLastDaysThatHaveEnded) {
  StoreSizes sizes;
  sizes.days = {{kToday - 100 * kDay, 99 * kGb},
                {kToday - 7 * kDay, 3 * kGb},
                {kToday - kDay, 4 * kGb},
                {kToday, 50 * kGb}};
  EXPECT_DOUBLE_EQ(forecast(sizes, {}, kToday + kHour).bytes_per_day.value_or(0), 1.0 * kGb);
}

TEST(Forecast, OfTheFirstDayGoesByThatDay) {
  const StoreSizes first = sizes_of(1, kGb, 20 * kGb);
  EXPECT_FALSE(forecast(first, {}, kToday + 60'000).bytes_per_day);
  EXPECT_DOUBLE_EQ(forecast(first, {}, kToday + 6 * kHour).bytes_per_day.value_or(0), 4.0 * kGb);
}

TEST(Forecast, KnowsNothingOfAnEmptyStoreOrAClockThatIsBehind) {
  EXPECT_FALSE(forecast({}, {}, kToday).bytes_per_day);
  EXPECT_FALSE(forecast(sizes_of(3, kGb, 0), {}, kToday - 100 * kDay).bytes_per_day);
  const Forecast silent = forecast(sizes_of(3, 0, kGb), {}, kToday);
  EXPECT_FALSE(silent.full_in_days);
}

TEST(Forecast, IsJson) {
  std::string out;
  append_forecast_json(forecast(sizes_of(2, 1'000, 3'000), {}, kToday), out);
  EXPECT_EQ(out, R"({"bytes":2000,"days":2,"max_bytes":0,"limit":"disk","limit_bytes":5000,)"
                 R"("bytes_per_day":1000,"days_that_fit":5,"full_in_days":3})");
  out.clear();
  append_forecast_json({}, out);
  EXPECT_NE(out.find(R"("full_in_days":null)"), std::string::npos);
}

}  // namespace
}  // namespace penstock::store
