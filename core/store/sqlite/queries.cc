#include "store/sqlite/queries.h"

#include <algorithm>
#include <cerrno>

#include "store/columns/row_match.h"
#include "store/contract/dimension.h"
#include "store/sqlite/charts.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/listing.h"
#include "store/sqlite/overview_chart.h"
#include "store/sqlite/value_charts.h"
#include "store/sqlite/visit_charts.h"

namespace penstock::store {
namespace {

bool is_of_row_text(const Condition& condition) {
  return std::holds_alternative<RowText>(condition.subject);
}

bool is_of_values(const Filter& filter) {
  const auto is_value = [](const std::string& text) {
    return dimension_value(text).size() == text.size();
  };
  return is_value(filter.project) && std::all_of(filter.conditions.begin(), filter.conditions.end(),
                                                 [&](const Condition& condition) {
                                                   return is_of_row_text(condition) ||
                                                          is_value(condition.operand);
                                                 });
}

Filter cut_to_values(const Filter& filter) {
  Filter cut = filter;
  cut.project.resize(dimension_value(cut.project).size());
  for (Condition& condition : cut.conditions) {
    if (is_of_row_text(condition)) continue;
    condition.operand.resize(dimension_value(condition.operand).size());
  }
  return cut;
}

class SqliteQueries final : public Queries {
 public:
  explicit SqliteQueries(const std::string& path)
      : days_(path),
        scan_(days_),
        newest_(days_, scan_),
        charts_(days_, scan_, newest_),
        visit_charts_(days_, scan_),
        overview_(charts_, visit_charts_, newest_),
        value_charts_(days_, scan_),
        listing_(days_, scan_) {}

  Queries& within(const QueryDeadline& deadline) override {
    days_.set_deadline(deadline);
    return *this;
  }
  const std::vector<std::int64_t>& missing_days() const override { return days_.missing(); }
  std::uint64_t stamp(const Range& range) const override { return days_.stamp(range); }

  Result<Series> timeseries(const Range& range, const Step& step, const Filter& filter) override {
    return ask([&] { return charts_.timeseries(range, step, cut_to_values(filter)); });
  }
  Result<std::vector<TopEntry>> top(const Range& range, const Facet& facet, const Filter& filter,
                                    std::uint32_t limit) override {
    return ask([&] { return charts_.top(range, facet, cut_to_values(filter), limit); });
  }
  Result<Summary> summary(const Range& range, const Filter& filter) override {
    return ask([&] { return charts_.summary(range, cut_to_values(filter)); });
  }
  Result<std::vector<ValueSeries>> value_series(const Range& range, const Step& step,
                                                const Facet& facet,
                                                const std::vector<std::string>& values,
                                                const Filter& filter) override {
    std::vector<std::string> cut;
    cut.reserve(values.size());
    for (const std::string& value : values) cut.emplace_back(dimension_value(value));
    return ask([&] { return value_charts_.ask(range, step, facet, cut, cut_to_values(filter)); });
  }
  Result<Visits> visits(const Range& range, const Filter& filter) override {
    return ask([&] { return visit_charts_.visits(range, cut_to_values(filter)); });
  }
  Result<VisitSeries> visit_series(const Range& range, const Step& step,
                                   const Filter& filter) override {
    return ask([&] { return visit_charts_.series(range, step, cut_to_values(filter)); });
  }
  Result<Overview> overview(const Range& range, const Step& step, const Filter& filter) override {
    return ask([&] { return overview_.ask(range, step, cut_to_values(filter)); });
  }
  Result<std::vector<TopEntry>> visit_ends(const Range& range, VisitEnd end, const Facet& facet,
                                           const Filter& filter, std::uint32_t limit) override {
    return ask([&] { return visit_charts_.ends(range, end, facet, cut_to_values(filter), limit); });
  }
  Result<std::string> events(const Range& range, const Filter& filter, const Page& page,
                             FunctionRef<bool(const event::Row&)> visit) override {
    return ask([&] { return listing_.events(range, cut_to_values(filter), page, visit); });
  }
  Result<void> scan(const Range& range, const Filter& filter,
                    FunctionRef<bool(const event::Row&)> visit) override {
    return ask([&] { return listing_.scan(range, cut_to_values(filter), visit); });
  }
  Result<std::string> follow(const std::string& position, std::uint32_t limit,
                             FunctionRef<bool(const event::Row&)> visit) override {
    return ask([&] { return listing_.follow(position, limit, visit); });
  }
  bool is_left(const Filter& filter, const event::Row& row) override {
    return match_.is_left(is_of_values(filter) ? filter : cut_to_values(filter), row);
  }
  Result<std::optional<std::string>> event_json(std::string_view id_hex) override {
    return ask([&] { return listing_.event_json(id_hex); });
  }

 private:
  template <class Question>
  auto ask(Question question) -> decltype(question()) {
    days_.begin_question();
    auto answer = question();
    // Whatever the step that was stopped: this is what the asker has to know.
    if (!answer && days_.is_given_up()) {
      return fail(ErrorCode::kOverloaded, ECANCELED, "answer a question");
    }
    if (!answer && days_.is_out_of_time()) {
      return fail(ErrorCode::kOverloaded,
                  "too much for this range: choose a shorter one, or take a filter away");
    }
    return answer;
  }

  DayReaders days_;
  DayScan scan_;
  NewestRow newest_;
  Charts charts_;
  VisitCharts visit_charts_;
  OverviewChart overview_;
  ValueCharts value_charts_;
  Listing listing_;
  RowMatch match_;
};

}  // namespace

Result<std::unique_ptr<Queries>> open_sqlite_queries(const std::string& path) {
  return std::unique_ptr<Queries>(std::make_unique<SqliteQueries>(path));
}

}  // namespace penstock::store
