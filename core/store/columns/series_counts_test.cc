#include "store/columns/series_counts.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/part_testing.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kTodayS = kToday / 1'000;

TEST(SeriesCounts, AreOfEachStepAndOfAll) {
  MemoryPart part;
  const std::string visitors[] = {"a", "b", "a", "c"};
  const std::int64_t minutes[] = {1, 59, 61, 150};
  for (std::size_t i = 0; i < 4; ++i) {
    event::Row row = row_at(kToday + minutes[i] * kMinute, static_cast<std::uint32_t>(i));
    row.record.anonymous_id = visitors[i];
    part.add(static_cast<std::int64_t>(i) + 1, row);
  }
  part.seal();
  const Range range{kToday, kToday + 4 * kHour};
  SeriesCounts counts(Steps::of(range, 3'600).value());
  Columns columns = part.columns();
  const std::function<bool()> never = [] { return false; };
  const auto scanner = std::make_unique<Scanner>(never);
  ASSERT_TRUE(scanner
                  ->scan(
                      {&columns, {}}, {}, range, ChunkOrder::kByNumber,
                      [](std::int64_t) -> Result<bool> { return true; },
                      [&](ChunkRows& rows) { return counts.add(rows); })
                  .has_value());
  EXPECT_THAT(counts.series().events, ElementsAre(2, 1, 1, 0));
  EXPECT_THAT(counts.series().visitors, ElementsAre(2, 1, 1, 0));
  EXPECT_EQ(counts.all_events(), 4u);
  EXPECT_EQ(counts.all_visitors().count(), 3u);

  counts.add_events(kTodayS + 3 * 3'600 + 5, 7);
  HyperLogLog one;
  one.add(12345);
  counts.add_visitors(kTodayS + 3 * 3'600, one);
  EXPECT_THAT(counts.series().events, ElementsAre(2, 1, 1, 7));
  EXPECT_THAT(counts.series().visitors, ElementsAre(2, 1, 1, 1));
}

}  // namespace
}  // namespace penstock::store
