// A console's questions of the made-up traffic (layout_traffic.h), each with a name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "event/row.h"
#include "layout_traffic.h"
#include "store/contract/queries.h"

namespace penstock::store {

inline constexpr std::int64_t kDayLengthMs = 86'400'000;
inline constexpr std::int64_t kFirstDayMs = 1'758'758'400'000;  // 2025-09-25.
inline constexpr std::int64_t kEndMs = kFirstDayMs + kDays * kDayLengthMs;

struct Question {
  std::string what;
  std::function<std::uint64_t(Queries&)> ask;  // A number that is the same for every layout.
};

using Equals = std::vector<Condition>;

inline Filter filter_of(Equals equals) {
  Filter filter;
  filter.project = "shop";
  filter.conditions = std::move(equals);
  return filter;
}

inline Question top_of(std::string what, Range range, Dimension dimension, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            const auto top = queries.top(range, dimension, filter_of(equals), 10);
            PENSTOCK_CHECK(top.has_value());
            std::uint64_t sum = 0;
            for (const TopEntry& entry : *top) sum += entry.events;
            return sum;
          }};
}

inline Question summary_of(std::string what, Range range, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            const auto summary = queries.summary(range, filter_of(equals));
            PENSTOCK_CHECK(summary.has_value());
            return summary->events;
          }};
}

inline Question series_of(std::string what, Range range, std::int64_t step_s, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            const auto series = queries.timeseries(range, step_s, filter_of(equals));
            PENSTOCK_CHECK(series.has_value());
            std::uint64_t sum = 0;
            for (const std::uint64_t events : series->events) sum += events;
            return sum;
          }};
}

inline Question visits_of(std::string what, Range range, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            const auto visits = queries.visits(range, filter_of(equals));
            PENSTOCK_CHECK(visits.has_value());
            return visits->visits;
          }};
}

inline Question entries_of(std::string what, Range range, Dimension dimension, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            const auto top =
                queries.visit_ends(range, VisitEnd::kEntry, dimension, filter_of(equals), 10);
            PENSTOCK_CHECK(top.has_value());
            std::uint64_t sum = 0;
            for (const TopEntry& entry : *top) sum += entry.events;
            return sum;
          }};
}

inline Question list_of(std::string what, Range range, Equals equals) {
  return {std::move(what), [=](Queries& queries) {
            std::uint64_t count = 0;
            PENSTOCK_CHECK(queries
                               .events(range, filter_of(equals), {},
                                       [&](const event::Row&) {
                                         ++count;
                                         return true;
                                       })
                               .has_value());
            return count;
          }};
}

// What the page asks at once.
inline Question poll_of(std::string what, Range range, const Equals& equals) {
  std::vector<Question> all = {summary_of("", range, equals), series_of("", range, 3'600, equals),
                               list_of("", range, equals)};
  for (const Dimension dimension :
       {Dimension::kName, Dimension::kPath, Dimension::kReferrer, Dimension::kBrowser,
        Dimension::kOs, Dimension::kDevice, Dimension::kCountry, Dimension::kCampaign}) {
    all.push_back(top_of("", range, dimension, equals));
  }
  return {std::move(what), [all = std::move(all)](Queries& queries) {
            std::uint64_t sum = 0;
            for (const Question& question : all) sum += question.ask(queries);
            return sum;
          }};
}

inline std::vector<Question> questions() {
  const Range all = {kFirstDayMs, kEndMs};
  const Range week = {kEndMs - 7 * kDayLengthMs, kEndMs};
  const Range three = {kEndMs - 3 * kDayLengthMs, kEndMs};
  const Equals click = {{Dimension::kName, "click"}};
  const Equals two = {{Dimension::kName, "click"}, {Dimension::kBrowser, "Edge"}};
  return {
      top_of("top paths, 60 days", all, Dimension::kPath, {}),
      top_of("top paths, 60 days, a name", all, Dimension::kPath, click),
      top_of("top paths, 60 days, two filters", all, Dimension::kPath, two),
      top_of("top browsers, 60 days, a name", all, Dimension::kBrowser, click),
      summary_of("summary, 60 days", all, {}),
      summary_of("summary, 60 days, two filters", all, two),
      series_of("series by 18 minutes, 60 days, a name", all, 1'080, click),
      series_of("series by 18 minutes, 60 days, two filters", all, 1'080, two),
      series_of("series by the minute, 3 days, a name", three, 60, click),
      visits_of("visits, 60 days", all, {}),
      visits_of("visits, 60 days, a name", all, click),
      visits_of("visits, 60 days, two filters", all, two),
      entries_of("top entry paths, 60 days, a name", all, Dimension::kPath, click),
      list_of("list of a rare value, 60 days", all, {{Dimension::kName, "rare_event"}}),
      poll_of("a page's questions, 7 days", week, {}),
      poll_of("a page's questions, 7 days, a name", week, click),
  };
}

}  // namespace penstock::store
