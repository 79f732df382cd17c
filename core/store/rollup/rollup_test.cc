#include "store/rollup/rollup.h"

#include <map>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

// A store in memory: what a batch adds, by its keys.
class MapSink final : public RollupSink {
 public:
  using Key = std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>;

  Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                         std::int64_t at_s, std::uint64_t events) override {
    counts[{step_s, std::string(project), code, at_s}] += events;
    return {};
  }
  Result<void> merge_sketch(std::int64_t step_s, std::string_view project, std::int64_t at_s,
                            const HyperLogLog& sketch) override {
    visitors[{step_s, std::string(project), at_s}].merge(sketch);
    return {};
  }

  std::uint64_t sum(std::int64_t step_s, std::int64_t code) const {
    std::uint64_t sum = 0;
    for (const auto& [key, events] : counts) {
      if (std::get<0>(key) == step_s && std::get<2>(key) == code) sum += events;
    }
    return sum;
  }

  std::map<Key, std::uint64_t> counts;
  std::map<std::tuple<std::int64_t, std::string, std::int64_t>, HyperLogLog> visitors;
};

TEST(RollupBatch, GivesHoursAndDaysTheSameTotals) {
  RollupBatch batch;
  for (std::uint32_t i = 0; i < 4'000; ++i) {
    event::Row row = row_at(kToday + i * 50'000, i);
    row.record.project = i % 3 == 0 ? "other" : "default";
    row.is_bot = i % 5 == 0;
    batch.add(row);
  }
  MapSink sink;
  ASSERT_TRUE(batch.write(sink).has_value());

  for (const std::int64_t step_s : {kHourS, kDayS}) {
    EXPECT_EQ(sink.sum(step_s, kTotalCode), 4'000u) << step_s;
    EXPECT_EQ(sink.sum(step_s, kBotsCode), 800u) << step_s;
  }
  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ((sink.counts[{kHourS, "other", kTotalCode, today_s}]), 24u);
  EXPECT_EQ((sink.counts[{kHourS, "default", kTotalCode, today_s}]), 48u);
  EXPECT_EQ((sink.counts[{kDayS, "default", kTotalCode, today_s}]), 1'152u);
}

TEST(RollupBatch, IsEmptyAfterClear) {
  RollupBatch batch;
  batch.add(row_at(kToday, 1));
  MapSink first;
  ASSERT_TRUE(batch.write(first).has_value());
  batch.clear();
  MapSink second;
  ASSERT_TRUE(batch.write(second).has_value());

  EXPECT_FALSE(first.counts.empty());
  EXPECT_TRUE(second.counts.empty());
  EXPECT_TRUE(second.visitors.empty());

  batch.add(row_at(kToday, 1));
  ASSERT_TRUE(batch.write(second).has_value());
  EXPECT_EQ(second.counts, first.counts);
}

TEST(RollupBatch, FoldsTheSketchesOfHoursIntoDays) {
  RollupBatch batch;
  for (const std::int64_t at : {kToday, kToday + kMinute, kToday + kHour}) {
    event::Row row = row_at(at, 1);
    row.record.user_id = "u1";
    batch.add(row);
  }
  MapSink sink;
  ASSERT_TRUE(batch.write(sink).has_value());

  EXPECT_EQ(sink.visitors.size(), 2u + 1u);
  for (const auto& [key, sketch] : sink.visitors) EXPECT_EQ(sketch.count(), 1u);
}

}  // namespace
}  // namespace penstock::store
