#include "store/sqlite/overview_chart.h"

#include <numeric>

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class OverviewChartTest : public ColumnsTest {
 protected:
  // A look at a range says what each question by itself does.
  void expect_the_same(const Range& range, const Step& step, const Filter& filter) {
    const auto overview = queries().overview(range, step, filter);
    ASSERT_TRUE(overview.has_value()) << to_text(overview.error());
    const Series series = queries().timeseries(range, step, filter).value();
    EXPECT_EQ(overview->series.at_s, series.at_s);
    EXPECT_EQ(overview->series.events, series.events);
    EXPECT_EQ(overview->series.visitors, series.visitors);
    const VisitSeries visits = queries().visit_series(range, step, filter).value();
    EXPECT_EQ(overview->visits.at_s, visits.at_s);
    EXPECT_EQ(overview->visits.visits, visits.visits);
    EXPECT_EQ(overview->visits.bounces, visits.bounces);
    EXPECT_EQ(overview->visits.seconds, visits.seconds);
    const Summary summary = queries().summary(range, filter).value();
    EXPECT_EQ(overview->summary.events, summary.events);
    EXPECT_EQ(overview->summary.visitors, summary.visitors);
    EXPECT_EQ(overview->summary.bots, summary.bots);
    EXPECT_EQ(overview->summary.newest_received_ms, summary.newest_received_ms);
    Filter bots = filter;
    bots.is_bot = true;
    EXPECT_EQ(overview->bots_left_out,
              filter.is_bot == false ? queries().summary(range, bots)->events : 0);
  }

  std::vector<Filter> filters() {
    Filter project;
    project.project = "default";
    Filter path;
    path.conditions = {{Dimension::kPath, "/path/3"}};
    Filter property = project;
    property.conditions = {{"plan", "plan1"}, {Dimension::kReferrer, "", Comparison::kExists}};
    Filter nothing;
    nothing.conditions = {{Dimension::kPath, "/no/such/path"}};
    std::vector<Filter> all;
    for (Filter filter : {Filter(), project, path, property, nothing}) {
      for (const std::optional<bool> is_bot :
           {std::optional<bool>(), std::optional(false), std::optional(true)}) {
        filter.is_bot = is_bot;
        all.push_back(filter);
      }
    }
    return all;
  }

  VariedRows rows_{7};
};

// Days of every sort: at rest with chunks and visits, written to, changed by hand, and none.
TEST_F(OverviewChartTest, SaysWhatEachQuestionByItselfDoes) {
  store(rows_.some(kToday - 3 * kDay, kChunkRowsMax + 100));
  store(rows_.some(kToday - kDay, 300));
  gather_all();
  store(rows_.some(kToday, 500));
  run(kToday - kDay,
      "DELETE FROM events WHERE rowid % 7 = 0; "
      "UPDATE events SET is_bot = 1 - is_bot WHERE rowid % 5 = 0");
  const Range ranges[] = {{kToday - 3 * kDay, kToday + kDay},
                          {kToday - kDay - 7, kToday + 5 * kHour + 1},
                          {kToday + kDay, kToday + 2 * kDay},
                          {kToday, kToday}};
  for (const Range& range : ranges) {
    for (const Filter& filter : filters()) {
      SCOPED_TRACE(str_cat(range.from_ms - kToday, " to ", range.to_ms - kToday, ", ",
                           filter.conditions.size(), " conditions, bots ",
                           filter.is_bot ? str_cat(*filter.is_bot ? 1 : 0) : "in"));
      expect_the_same(range, 3'600, filter);
      expect_the_same(range, StepStarts{range.from_ms / 1'000 - 9, range.from_ms / 1'000 + 60},
                      filter);
    }
  }
}

TEST_F(OverviewChartTest, RefusesStepsThatNobodyHas) {
  Filter people;
  people.is_bot = false;
  EXPECT_EQ(queries().overview({0, kDay}, 90, people).error().code, ErrorCode::kRejected);
}

TEST_F(OverviewChartTest, EndsInTime) {
  store(rows_.some(kToday, 300));
  const std::atomic<bool> is_cancelled = true;
  Filter people;
  people.is_bot = false;
  const auto overview = queries()
                            .within({.is_cancelled = &is_cancelled})
                            .overview({kToday, kToday + kDay}, 3'600, people);
  ASSERT_FALSE(overview.has_value());
  EXPECT_EQ(overview.error().native, ECANCELED);
}

}  // namespace
}  // namespace penstock::store
