// Counts for charts, lists and tiles, out of the store. Answers are columns: a chart library wants
// them so, and a name said once is not said for each point.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/stats_answers.h"
#include "console/api/request/answer_tag.h"
#include "console/api/request/answers.h"
#include "console/api/request/condition_text.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// Of a list: its search is one condition more.
store::Filter searched_filter(QueryReader& query, const store::Facet& dimension) {
  store::Filter filter = query.filter();
  if (std::string part = query.text("search"); !part.empty()) {
    filter.conditions.push_back(
        {store::subject_of(dimension), std::move(part), store::Comparison::kContains});
  }
  return filter;
}

// Of each entry, in their order.
Result<std::vector<std::uint64_t>> visitors_of(const std::vector<store::TopEntry>& entries,
                                               const store::Range& range,
                                               const store::Facet& dimension,
                                               const store::Filter& filter,
                                               store::Queries& queries) {
  std::vector<std::string> values;
  values.reserve(entries.size());
  for (const store::TopEntry& entry : entries) values.push_back(entry.value);
  const store::StepStarts whole{range.from_ms / 1'000};
  auto all = queries.value_series(range, whole, dimension, values, filter);
  if (!all) return fail(all.error());
  std::vector<std::uint64_t> visitors;
  visitors.reserve(all->size());
  for (const store::ValueSeries& one : *all) visitors.push_back(one.visitors);
  return visitors;
}

// `visitors` of each entry, or none.
http::Response list_answer(const store::Range& range, const store::Facet& dimension,
                           const std::vector<store::TopEntry>& entries,
                           std::span<const std::uint64_t> visitors, const store::Queries& queries) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_range(writer, range);
  writer.member("dimension", to_text(store::subject_of(dimension)));
  writer.key("rows").begin_array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    writer.begin_object();
    writer.member("value", entries[i].value).member("events", entries[i].events);
    if (!visitors.empty()) writer.member("visitors", visitors[i]);
    writer.end_object();
  }
  writer.end_array();
  write_missing_days(writer, queries);
  writer.end_object();
  return json_answer(std::move(body));
}

http::Response get_timeseries(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const QueryReader::Steps steps = query.steps(range);
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto series = services.queries->within(call.deadline).timeseries(range, steps.step, filter);
  if (!series) return failure_answer(series.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_steps(writer, range, steps, series->at_s);
  write_column(writer, "events", series->events);
  write_column(writer, "visitors", series->visitors);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_top(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Facet dimension = query.dimension();
  const std::uint32_t limit = query.number("limit", 10, 1, 1000);
  const bool has_visitors = query.truth("visitors").value_or(false);
  const store::Filter filter = searched_filter(query, dimension);
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  store::Queries& queries = services.queries->within(call.deadline);
  const auto entries = queries.top(range, dimension, filter, limit);
  if (!entries) return failure_answer(entries.error());
  if (!has_visitors) return tag.put_on(list_answer(range, dimension, *entries, {}, queries));
  const auto visitors = visitors_of(*entries, range, dimension, filter, queries);
  if (!visitors) return failure_answer(visitors.error());
  return tag.put_on(list_answer(range, dimension, *entries, *visitors, queries));
}

http::Response get_summary(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto summary = services.queries->within(call.deadline).summary(range, filter);
  if (!summary) return failure_answer(summary.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_range(writer, range);
  write_summary(writer, *summary);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

// Up to the end of what a clock can say.
constexpr store::Range kEver = {0, 253'402'300'800'000};

http::Response get_first(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  store::Filter filter;
  filter.project = query.text("project");
  if (auto refusal = query.refusal()) return *refusal;
  std::optional<std::int64_t> first_ms;
  const auto read =
      services.queries->within(call.deadline).scan(kEver, filter, [&](const event::Row& row) {
        first_ms = row.record.occurred_at_ms;
        return false;
      });
  if (!read) return failure_answer(read.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("first_event_at", first_ms).end_object();
  return json_answer(std::move(body));
}

http::Response get_visits(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), store::with_neighbour_days(range));
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto visits = services.queries->within(call.deadline).visits(range, filter);
  if (!visits) return failure_answer(visits.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_range(writer, range);
  writer.member("visits", visits->visits).member("bounces", visits->bounces);
  writer.member("seconds", visits->seconds);
  write_average_seconds(writer, visits->seconds, visits->visits);
  writer.member("entries", visits->entries).member("exits", visits->exits);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_visit_series(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const QueryReader::Steps steps = query.steps(range);
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), store::with_neighbour_days(range));
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto series = services.queries->within(call.deadline).visit_series(range, steps.step, filter);
  if (!series) return failure_answer(series.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_steps(writer, range, steps, series->at_s);
  write_column(writer, "visits", series->visits);
  write_column(writer, "bounces", series->bounces);
  write_column(writer, "seconds", series->seconds);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_visit_ends(Call& call, Services& services, store::VisitEnd end) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Facet dimension = query.dimension();
  const std::uint32_t limit = query.number("limit", 10, 1, 1000);
  const store::Filter filter = searched_filter(query, dimension);
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), store::with_neighbour_days(range));
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto entries =
      services.queries->within(call.deadline).visit_ends(range, end, dimension, filter, limit);
  if (!entries) return failure_answer(entries.error());
  return tag.put_on(list_answer(range, dimension, *entries, {}, *services.queries));
}

http::Response get_entries(Call& call, Services& services) {
  return get_visit_ends(call, services, store::VisitEnd::kEntry);
}

http::Response get_exits(Call& call, Services& services) {
  return get_visit_ends(call, services, store::VisitEnd::kExit);
}

constexpr Parameter kDimension = {"dimension", nullptr, "What to count by", true};
constexpr Parameter kSearch = {"search", R"({"type":"string"})",
                               "Only values that contain it, in both cases"};
constexpr Parameter kLimit = {
    "limit", R"({"type":"integer","minimum":1,"maximum":1000,"default":10})", "Rows at most"};
constexpr Parameter kTopParameters[] = {
    kDimension,
    kSearch,
    kLimit,
    {"visitors", R"({"type":"boolean","default":false})",
     "Whether rows tell their visitors, for which the range is looked through once more"},
};
constexpr Parameter kEndsParameters[] = {kDimension, kSearch, kLimit};
constexpr const char* kTimeseries = R"({"title":"Timeseries","type":"object","properties":{
  "from":{"type":"number"},"to":{"type":"number"},
  "step":{"type":["integer","string"],"description":"Seconds; day, week or month of the calendar"},
  "t":{"type":"array","items":{"type":"integer"},"description":"Start of each step, Unix seconds"},
  "events":{"type":"array","items":{"type":"integer"}},
  "visitors":{"type":"array","items":{"type":"integer"},"description":"Estimated"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kTop =
    R"({"title":"Top","type":"object","properties":{
  "from":{"type":"number","description":"Unix seconds, as used"},"to":{"type":"number"},
  "dimension":{"type":"string"},
  "rows":{"type":"array","items":{"title":"TopRow","type":"object",
    "properties":{"value":{"type":"string",
      "description":"256 bytes at most; empty: events without a value"},
      "events":{"type":"integer"},
      "visitors":{"type":"integer","description":"Estimated; only where it was asked for"}}}},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kSummary =
    R"({"title":"Summary","type":"object","properties":{
  "from":{"type":"number","description":"Unix seconds, as used"},"to":{"type":"number"},
  "events":{"type":"integer"},
  "visitors":{"type":["integer","null"],"description":"Estimated; null where not known"},
  "bots":{"type":["integer","null"],"description":"null where not known"},
  "newest_received_at":{"type":["integer","null"],
    "description":"Of the event that was stored last; Unix milliseconds"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";

constexpr Parameter kFirstParameters[] = {
    {"project", R"({"type":"string"})", "Only this project's events"},
};
constexpr const char* kFirst = R"({"title":"FirstEvent","type":"object","properties":{
  "first_event_at":{"type":["integer","null"],
    "description":"Unix milliseconds; null: nothing is stored. Before it nothing is known"}}})";
constexpr const char* kVisits = R"({"title":"Visits","type":"object","properties":{
  "from":{"type":"number","description":"Unix seconds, as used"},"to":{"type":"number"},
  "visits":{"type":"integer","description":"With at least one event that is left"},
  "bounces":{"type":"integer","description":"Visits of a single event"},
  "seconds":{"type":"integer","description":"First to last event, of all visits together"},
  "average_seconds":{"type":["integer","null"],"description":"null where there is no visit"},
  "entries":{"type":"integer","description":"Events left that begin a visit"},
  "exits":{"type":"integer","description":"Events left that end a visit"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kVisitSeries = R"({"title":"VisitSeries","type":"object","properties":{
  "from":{"type":"number"},"to":{"type":"number"},
  "step":{"type":["integer","string"],"description":"Seconds; day, week or month of the calendar"},
  "t":{"type":"array","items":{"type":"integer"},"description":"Start of each step, Unix seconds"},
  "visits":{"type":"array","items":{"type":"integer"},
    "description":"Each counts once, in the step of its first event that is left"},
  "bounces":{"type":"array","items":{"type":"integer"}},
  "seconds":{"type":"array","items":{"type":"integer"},"description":"Of all visits together"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/stats/timeseries",
     .access = Access::kViewer,
     .endpoint = get_timeseries,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Events and visitors by time",
     .is_filtered = true,
     .parameters = kStepParameters,
     .answer_schema = kTimeseries},
    {.method = kGet,
     .path = "/api/v1/stats/top",
     .access = Access::kViewer,
     .endpoint = get_top,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "The most frequent values of a dimension",
     .is_filtered = true,
     .parameters = kTopParameters,
     .answer_schema = kTop},
    {.method = kGet,
     .path = "/api/v1/stats/summary",
     .access = Access::kViewer,
     .endpoint = get_summary,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Totals of a range",
     .is_filtered = true,
     .answer_schema = kSummary},
    {.method = kGet,
     .path = "/api/v1/stats/first",
     .access = Access::kViewer,
     .endpoint = get_first,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "When the oldest stored event was, of a project or of all",
     .parameters = kFirstParameters,
     .answer_schema = kFirst},
    {.method = kGet,
     .path = "/api/v1/stats/visits",
     .access = Access::kViewer,
     .endpoint = get_visits,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Visits of a range: a visitor's events in one project with no gap of more than 30 "
                "minutes, over midnight too. Range and filter leave events; a visit with at least "
                "one of them counts whole",
     .is_filtered = true,
     .answer_schema = kVisits},
    {.method = kGet,
     .path = "/api/v1/stats/visits/timeseries",
     .access = Access::kViewer,
     .endpoint = get_visit_series,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Visits by time; they add up to those of the range",
     .is_filtered = true,
     .parameters = kStepParameters,
     .answer_schema = kVisitSeries},
    {.method = kGet,
     .path = "/api/v1/stats/entries",
     .access = Access::kViewer,
     .endpoint = get_entries,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "The most frequent values of a dimension, of events that begin a visit",
     .is_filtered = true,
     .parameters = kEndsParameters,
     .answer_schema = kTop},
    {.method = kGet,
     .path = "/api/v1/stats/exits",
     .access = Access::kViewer,
     .endpoint = get_exits,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "The most frequent values of a dimension, of events that end a visit",
     .is_filtered = true,
     .parameters = kEndsParameters,
     .answer_schema = kTop},
};

}  // namespace

std::span<const Route> stats_routes() { return kRoutes; }

}  // namespace penstock::console
