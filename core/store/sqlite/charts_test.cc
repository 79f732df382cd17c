#include "store/sqlite/charts.h"

#include <numeric>

#include "store/rollup/rollup_sink.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

std::uint64_t sum_of(const std::vector<std::uint64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

Filter equal_to(Dimension dimension, std::string value) {
  Filter filter;
  filter.conditions.push_back({dimension, std::move(value)});
  return filter;
}

TEST(Charts, TakeWholeHoursApartFromTheEndsOfARange) {
  const auto text = [](const Range& range, std::int64_t coarsest_s = kDayS) {
    const DayParts parts = parts_of_day(kToday, range, coarsest_s);
    std::string out;
    const std::int64_t today_s = kToday / 1'000;
    if (parts.span) {
      out = str_cat(parts.span->step_s, ':', parts.span->from_s - today_s, '-',
                    parts.span->to_s - today_s, ' ');
    }
    for (const Range& edge : parts.edges) {
      out += str_cat(edge.from_ms - kToday, '-', edge.to_ms - kToday, ' ');
    }
    return out;
  };
  EXPECT_EQ(text({kToday - kDay, kToday + 2 * kDay}), "86400:0-86400 ");
  EXPECT_EQ(text({kToday, kToday + kDay}, kHourS), "3600:0-86400 ");
  EXPECT_EQ(text({kToday, kToday + kDay - 1}), "3600:0-82800 82800000-86399999 ");
  EXPECT_EQ(text({kToday + 1, kToday + 2 * kHour + 5}),
            "3600:3600-7200 1-3600000 7200000-7200005 ");
  EXPECT_EQ(text({kToday + 1, kToday + kHour}), "1-3600000 ");
  EXPECT_EQ(text({kToday + 7, kToday + 7}), "");
  EXPECT_EQ(text({kToday - 9, kToday}), "");
}

TEST_F(StoreTest, ChartHasEveryBucketOfItsRange) {
  store({row_at(kToday + kHour + 1, 1), row_at(kToday + kHour + 2, 2),
         row_at(kToday + 3 * kHour, 3)});

  const auto series = queries().timeseries({kToday + 30 * kMinute, kToday + 4 * kHour}, 3'600, {});
  ASSERT_TRUE(series.has_value());
  const std::int64_t today_s = kToday / 1'000;
  EXPECT_EQ(series->at_s, (std::vector<std::int64_t>{today_s, today_s + 3'600, today_s + 7'200,
                                                     today_s + 10'800}));
  EXPECT_EQ(series->events, (std::vector<std::uint64_t>{0, 2, 0, 1}));
  EXPECT_EQ(series->visitors, (std::vector<std::uint64_t>{0, 1, 0, 1}));
}

TEST_F(StoreTest, ChartAddsUpTheSameAtEveryStep) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 700; ++i) {
    rows.push_back(row_at(kToday - kDay + i * 7 * kMinute / 2, i));
  }
  store(rows);

  const Range range{kToday - kDay, kToday + kDay};
  for (const std::int64_t step_s : {60, 300, 420, 3'600, 7'200, 86'400, 2 * 86'400}) {
    const auto series = queries().timeseries(range, step_s, {});
    ASSERT_TRUE(series.has_value()) << step_s;
    EXPECT_EQ(sum_of(series->events), 700u) << step_s;
  }
}

TEST_F(StoreTest, ChartOfAWeekCountsAVisitorOnce) {
  std::vector<event::Row> rows;
  for (int day = 0; day < 7; ++day) {
    rows.push_back(row_at(kToday - day * kDay + 1, 1));
    rows.back().record.user_id = "u1";
  }
  store(rows);

  const auto series = queries().timeseries({kToday - 6 * kDay, kToday + kDay}, 7 * 86'400, {});
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->at_s, (std::vector<std::int64_t>{(kToday - 6 * kDay) / 1'000}));
  EXPECT_EQ(series->events.at(0), 7u);
  EXPECT_EQ(series->visitors.at(0), 1u);
}

TEST_F(StoreTest, ChartFiltersByOneDimensionAndBySeveral) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 40; ++i) {
    rows.push_back(row_at(kToday + i * kMinute, i));
    if (i % 2 == 0) rows.back().path = "/even";
    if (i % 4 == 0) rows.back().country = "DE";
    if (i < 10) rows.back().record.project = "other";
  }
  store(rows);
  const Range range{kToday, kToday + kHour};

  Filter filter = equal_to(Dimension::kPath, "/even");
  auto series = queries().timeseries(range, 60, filter);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(sum_of(series->events), 20u);
  EXPECT_EQ(series->events.at(2), 1u);
  EXPECT_EQ(series->events.at(3), 0u);
  EXPECT_EQ(series->visitors.at(2), 1u);
  EXPECT_EQ(series->visitors.at(3), 0u);

  filter.project = "default";
  EXPECT_EQ(sum_of(queries().timeseries(range, 300, filter)->events), 15u);

  filter.conditions.push_back({Dimension::kCountry, "DE"});
  series = queries().timeseries(range, 600, filter);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->events, (std::vector<std::uint64_t>{0, 2, 3, 2, 0, 0}));
}

TEST_F(StoreTest, ChartRefusesOtherStepsAndTooManyPoints) {
  for (const std::int64_t step_s :
       {std::int64_t{0}, std::int64_t{-60}, std::int64_t{90}, std::int64_t{1}, INT64_MAX - 7}) {
    const auto series = queries().timeseries({kToday, kToday + kHour}, step_s, {});
    ASSERT_FALSE(series.has_value()) << step_s;
    EXPECT_EQ(series.error().code, ErrorCode::kRejected);
  }
  EXPECT_TRUE(queries().timeseries({kToday, kToday + 5'000 * kMinute}, 60, {}).has_value());
  EXPECT_FALSE(queries().timeseries({kToday, kToday + 5'001 * kMinute}, 60, {}).has_value());
  EXPECT_FALSE(queries().timeseries({INT64_MIN, INT64_MAX}, 60, {}).has_value());
  EXPECT_TRUE(queries().timeseries({kToday, kToday}, 60, {})->at_s.empty());
}

TEST_F(StoreTest, TopCountsOverDaysHoursAndMinutes) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 300; ++i) {
    rows.push_back(row_at(kToday - kDay + i * 9 * kMinute, i));
    rows.back().path = i % 3 == 0 ? "/a" : "/b";
  }
  store(rows);

  const auto all = queries().top({kToday - kDay, kToday + 2 * kDay}, Dimension::kPath, {}, 10);
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).value, "/b");
  EXPECT_EQ(all->at(0).events, 200u);
  EXPECT_EQ(all->at(1).events, 100u);

  // From 22:30 to 03:18, exclusive: rows 150 to 181.
  const auto part = queries().top({kToday - 90 * kMinute, kToday + 3 * kHour + 18 * kMinute},
                                  Dimension::kPath, {}, 10);
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->at(0).events + part->at(1).events, 32u);
}

TEST_F(StoreTest, TopOrdersEqualCountsByValueAndStopsAtItsLimit) {
  std::vector<event::Row> rows;
  const std::string_view names[] = {"d", "b", "a", "c"};
  for (std::uint32_t i = 0; i < 4; ++i) {
    rows.push_back(row_at(kToday, i));
    rows.back().record.name = names[i];
  }
  store(rows);

  const auto top = queries().top({kToday, kToday + kDay}, Dimension::kName, {}, 3);
  ASSERT_TRUE(top.has_value());
  ASSERT_EQ(top->size(), 3u);
  EXPECT_EQ(top->at(0).value + top->at(1).value + top->at(2).value, "abc");
}

TEST_F(StoreTest, TopFiltersByItsOwnDimensionAndByAnother) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 30; ++i) {
    rows.push_back(row_at(kToday + i, i));
    rows.back().path = i < 10 ? "/a" : "/b";
    rows.back().country = i % 2 == 0 ? "DE" : "";
  }
  store(rows);
  const Range range{kToday, kToday + kDay};

  const auto own = queries().top(range, Dimension::kPath, equal_to(Dimension::kPath, "/a"), 10);
  ASSERT_TRUE(own.has_value());
  ASSERT_EQ(own->size(), 1u);
  EXPECT_EQ(own->at(0).events, 10u);

  const auto other =
      queries().top(range, Dimension::kCountry, equal_to(Dimension::kPath, "/b"), 10);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(*other, (std::vector<TopEntry>{{"", 10}, {"DE", 10}}));
}

TEST_F(StoreTest, SummaryMergesVisitorsOverTheRange) {
  std::vector<event::Row> rows;
  const std::string users[] = {"u0", "u1", "u2"};
  for (std::uint32_t i = 0; i < 30; ++i) {
    rows.push_back(row_at(kToday - kDay + i * kHour, i));
    rows.back().record.user_id = users[i % 3];
    rows.back().is_bot = i % 10 == 0;
    if (i % 2 == 0) rows.back().path = "/even";
  }
  store(rows);
  const Range range{kToday - kDay, kToday + kDay};

  const auto summary = queries().summary(range, {});
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->events, 30u);
  EXPECT_EQ(summary->visitors, 3u);
  EXPECT_EQ(summary->bots, 3u);
  EXPECT_EQ(summary->newest_received_ms, kToday - kDay + 29 * kHour + 5);

  const auto filtered = queries().summary(range, equal_to(Dimension::kPath, "/even"));
  ASSERT_TRUE(filtered.has_value());
  EXPECT_EQ(filtered->events, 15u);
  EXPECT_EQ(filtered->visitors, 3u);
  EXPECT_EQ(filtered->bots, 3u);
}

// Ranges that begin and end anywhere within a minute: chart, summary, top list and rows agree.
TEST_F(StoreTest, EveryQuestionCountsTheSameOfARange) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 400; ++i) {
    rows.push_back(row_at(kToday - 2 * kHour + i * 41'003, i));
    rows.back().path = i % 3 == 0 ? "/a" : "/b";
    rows.back().record.anonymous_id = "everybody";
  }
  store(rows);
  const Range ranges[] = {{kToday - kHour + 30'000, kToday + kHour + 30'000},
                          {kToday - kHour, kToday + kHour + 1},
                          {kToday - 1, kToday + 1},
                          {kToday + 61'000, kToday + 62'000},
                          {kToday + 59'500, kToday + 130'001},
                          {kToday - 3 * kHour + 1, kToday + 3 * kHour - 1}};
  for (const Range& range : ranges) {
    const std::string where = str_cat(range.from_ms - kToday, " to ", range.to_ms - kToday);
    for (const Filter& filter : {Filter(), equal_to(Dimension::kPath, "/a")}) {
      std::uint64_t listed = 0;
      ASSERT_TRUE(queries().scan(range, filter, [&](const event::Row&) { return ++listed > 0; }));
      const auto summary = queries().summary(range, filter);
      ASSERT_TRUE(summary.has_value());
      EXPECT_EQ(summary->events, listed) << where;
      EXPECT_EQ(summary->visitors, listed > 0 ? 1u : 0u) << where;
      for (const std::int64_t step_s : {60, 300, 420, 3'600, 5'400, 7'200, 86'400, 2 * 86'400}) {
        const auto series = queries().timeseries(range, step_s, filter);
        ASSERT_TRUE(series.has_value());
        EXPECT_EQ(sum_of(series->events), listed) << where << " step " << step_s;
      }
      const auto top = queries().top(range, Dimension::kPath, filter, 10);
      ASSERT_TRUE(top.has_value());
      std::uint64_t counted = 0;
      for (const TopEntry& entry : *top) counted += entry.events;
      EXPECT_EQ(counted, listed) << where;
    }
  }
}

// What is alike in its first 256 bytes is one value, whoever asks.
TEST_F(StoreTest, LongValuesAreOneValueEverywhere) {
  const std::string start = "/" + std::string(250, 'x');
  const std::string paths[] = {start + "aaaaa" + "1", start + "aaaaa" + "2", start + "aaaaa",
                               start + "aaaab",       start + "aaaa" + "é1", start + "aaaa"};
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 12; ++i) {
    rows.push_back(row_at(kToday + i * kMinute + 500, i));
    rows.back().path = paths[i % 6];
    rows.back().country = "DE";
  }
  store(rows);
  const Range range{kToday, kToday + kDay};
  const auto top = queries().top(range, Dimension::kPath, {}, 10);
  ASSERT_TRUE(top.has_value());
  ASSERT_EQ(top->size(), 3u);
  std::uint64_t sum = 0;
  for (const TopEntry& entry : *top) {
    sum += entry.events;
    EXPECT_LE(entry.value.size(), 256u);
    Filter filter = equal_to(Dimension::kPath, entry.value);
    EXPECT_EQ(queries().summary(range, filter)->events, entry.events) << entry.value;
    EXPECT_EQ(sum_of(queries().timeseries(range, 3'600, filter)->events), entry.events);
    std::uint64_t listed = 0;
    ASSERT_TRUE(
        queries().events(range, filter, {}, [&](const event::Row&) { return ++listed > 0; }));
    EXPECT_EQ(listed, entry.events) << entry.value;
    EXPECT_EQ(queries().top(range, Dimension::kCountry, filter, 1)->at(0).events, entry.events);
    filter.conditions.push_back({Dimension::kCountry, "DE"});
    EXPECT_EQ(queries().summary(range, filter)->events, entry.events);
  }
  EXPECT_EQ(sum, 12u);
  // A longer text, as a row has it, means its value.
  EXPECT_EQ(queries().summary(range, equal_to(Dimension::kPath, paths[0]))->events,
            queries().summary(range, equal_to(Dimension::kPath, paths[1]))->events);
}

TEST_F(StoreTest, SummaryFindsTheNewestEventOfAValue) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 50; ++i) rows.push_back(row_at(kToday + i * kMinute + 7'000, i));
  rows[10].path = "/rare";
  rows[12].path = "/rare";
  store(rows);
  const auto summary =
      queries().summary({kToday, kToday + kDay}, equal_to(Dimension::kPath, "/rare"));
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->newest_received_ms, rows[12].record.received_at_ms);
  const auto none = queries().summary({kToday, kToday + kDay}, equal_to(Dimension::kPath, "/no"));
  EXPECT_EQ(none->events, 0u);
  EXPECT_FALSE(none->newest_received_ms.has_value());
}

TEST_F(StoreTest, KindsAreCountedAsOtherDimensions) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 9; ++i) {
    rows.push_back(row_at(kToday + i * kMinute, i));
    rows.back().record.kind = i < 2 ? "error" : "page";
  }
  store(rows);
  const Range range{kToday, kToday + kDay};
  const Filter errors = equal_to(Dimension::kKind, "error");
  EXPECT_EQ(queries().summary(range, errors)->events, 2u);
  EXPECT_EQ(sum_of(queries().timeseries(range, 3'600, errors)->events), 2u);
  EXPECT_EQ(queries().top(range, Dimension::kPath, errors, 5)->at(0).events, 2u);
  const auto kinds = queries().top(range, Dimension::kKind, {}, 5);
  ASSERT_TRUE(kinds.has_value());
  ASSERT_EQ(kinds->size(), 2u);
  EXPECT_EQ(kinds->at(0).value, "page");
  EXPECT_EQ(kinds->at(0).events, 7u);
  std::uint64_t listed = 0;
  ASSERT_TRUE(queries().events(range, errors, {}, [&](const event::Row& row) {
    EXPECT_EQ(row.record.kind, "error");
    return ++listed > 0;
  }));
  EXPECT_EQ(listed, 2u);
}

TEST_F(StoreTest, SummaryOfNothingIsZero) {
  const auto summary = queries().summary({kToday, kToday + kDay}, {});
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->events, 0u);
  EXPECT_EQ(summary->visitors, 0u);
  EXPECT_FALSE(summary->newest_received_ms.has_value());
}

}  // namespace
}  // namespace penstock::store
