#include "store/sqlite/value_charts.h"

#include "store/contract/filter.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class ValueChartsTest : public ColumnsTest {
 protected:
  // One look says what a question for each value by itself does.
  void expect_the_same(const Range& range, const Step& step, const Facet& facet,
                       const std::vector<std::string>& values, const Filter& filter) {
    const auto all = queries().value_series(range, step, facet, values, filter);
    ASSERT_TRUE(all.has_value()) << to_text(all.error());
    ASSERT_EQ(all->size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      SCOPED_TRACE(values[i]);
      Filter one = filter;
      one.conditions.push_back({subject_of(facet), values[i]});
      const Series series = queries().timeseries(range, step, one).value();
      EXPECT_EQ((*all)[i].series.at_s, series.at_s);
      EXPECT_EQ((*all)[i].series.events, series.events);
      EXPECT_EQ((*all)[i].series.visitors, series.visitors);
      const Summary summary = queries().summary(range, one).value();
      EXPECT_EQ((*all)[i].events, summary.events);
      EXPECT_EQ((*all)[i].visitors, summary.visitors);
      events_ += summary.events;
    }
  }

  VariedRows rows_{11};
  std::uint64_t events_ = 0;
};

// Days of every sort: at rest, of before some columns, changed by hand, written to, and none.
TEST_F(ValueChartsTest, SaysWhatAQuestionForEachValueDoes) {
  store(rows_.some(kToday - 3 * kDay, 300));
  store(rows_.some(kToday - 2 * kDay, kChunkRowsMax + 100));
  store(rows_.some(kToday - kDay, 300));
  gather_all();
  take_later_columns(kToday - 3 * kDay);
  store(rows_.some(kToday, 500));
  run(kToday - kDay,
      "DELETE FROM events WHERE rowid % 7 = 0; "
      "UPDATE events SET path = '/path/3' WHERE rowid % 5 = 0");
  const std::pair<Facet, std::vector<std::string>> asked[] = {
      {Dimension::kPath, {"/path/3", "/no/such/path", "/path/7", "/path/3", ""}},
      {Dimension::kPath, {str_cat("/", std::string(300, 'x'), "1")}},
      {Dimension::kReferrer, {"", "site1.example"}},
      {Dimension::kUtmMedium, {"cpc", "", "email"}},
      {"plan", {"plan1", "plan2", "none", ""}},
      {"n", {"7", "99"}},
      {"key17", {"true", ""}},  // Of keys that are too many for columns of their own.
      {"no such key", {"true", ""}},
      {Dimension::kName, {}},
  };
  Filter some;
  some.project = "default";
  some.is_bot = false;
  some.conditions = {{Dimension::kReferrer, "", Comparison::kExists}};
  for (const auto& [facet, values] : asked) {
    for (const Filter& filter : {Filter(), some}) {
      for (const Range& range :
           {Range{kToday - 3 * kDay, kToday + kDay},
            Range{kToday - kDay - 7, kToday + 5 * kHour + 1}, Range{kToday, kToday}}) {
        expect_the_same(range, 6 * 3'600, facet, values, filter);
        expect_the_same(range, StepStarts{range.from_ms / 1'000 - 9}, facet, values, filter);
      }
    }
  }
  EXPECT_GT(events_, 10'000u);
}

// Words that have no room in their day's dictionary are read from the rows.
TEST_F(ValueChartsTest, FindsValuesThatHadNoRoom) {
  constexpr std::size_t kWords = words_max(property_column(kFirstCode)) + 200;
  std::vector<event::Row> rows;
  std::deque<std::string> texts;
  for (std::uint32_t i = 0; i < kWords; ++i) {
    event::Row row = row_at(kToday, i);
    row.record.properties = texts.emplace_back(str_cat(R"({"fingerprint":"f)", i, R"("})"));
    rows.push_back(row);
  }
  store(rows);
  gather_all();
  expect_the_same({kToday, kToday + kDay}, 3'600, "fingerprint",
                  {"f1", str_cat("f", kWords - 1), "absent", "", "(other)"}, {});
  EXPECT_GT(events_, 2u);
}

TEST_F(ValueChartsTest, RefusesStepsThatNobodyHas) {
  EXPECT_EQ(queries().value_series({0, kDay}, 90, "plan", {"a"}, {}).error().code,
            ErrorCode::kRejected);
}

TEST_F(ValueChartsTest, EndsInTime) {
  store(rows_.some(kToday, 300));
  const std::atomic<bool> is_cancelled = true;
  const auto all = queries()
                       .within({.is_cancelled = &is_cancelled})
                       .value_series({kToday, kToday + kDay}, 3'600, "plan", {"plan1"}, {});
  ASSERT_FALSE(all.has_value());
  EXPECT_EQ(all.error().native, ECANCELED);
}

}  // namespace
}  // namespace penstock::store
