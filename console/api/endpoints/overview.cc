// A range at a glance: a chart's steps and the totals above it, by one look at the store. What each
// number is, stats.cc says of the same one.
#include <numeric>
#include <utility>

#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/stats_answers.h"
#include "console/api/request/answer_tag.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {
namespace {

std::uint64_t sum(const std::vector<std::uint64_t>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

void write_totals(json::Writer& writer, const store::Overview& overview) {
  const std::uint64_t visits = sum(overview.visits.visits);
  const std::uint64_t seconds = sum(overview.visits.seconds);
  writer.key("totals").begin_object();
  write_summary(writer, overview.summary);
  writer.member("bots_left_out", overview.bots_left_out);
  writer.member("visits", visits).member("bounces", sum(overview.visits.bounces));
  writer.member("seconds", seconds);
  write_average_seconds(writer, seconds, visits);
  writer.end_object();
}

http::Response get_overview(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const QueryReader::Steps steps = query.steps(range);
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), store::with_neighbour_days(range));
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto overview = services.queries->within(call.deadline).overview(range, steps.step, filter);
  if (!overview) return failure_answer(overview.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_steps(writer, range, steps, overview->series.at_s);
  write_column(writer, "events", overview->series.events);
  write_column(writer, "visitors", overview->series.visitors);
  write_column(writer, "visits", overview->visits.visits);
  write_column(writer, "bounces", overview->visits.bounces);
  write_column(writer, "seconds", overview->visits.seconds);
  write_totals(writer, *overview);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

constexpr const char* kOverview = R"({"title":"Overview","type":"object","properties":{
  "from":{"type":"number"},"to":{"type":"number"},
  "step":{"type":["integer","string"],"description":"Seconds; day, week or month of the calendar"},
  "t":{"type":"array","items":{"type":"integer"},"description":"Start of each step, Unix seconds"},
  "events":{"type":"array","items":{"type":"integer"}},
  "visitors":{"type":"array","items":{"type":"integer"},"description":"Estimated"},
  "visits":{"type":"array","items":{"type":"integer"},
    "description":"Each counts once, in the step of its first event that is left"},
  "bounces":{"type":"array","items":{"type":"integer"}},
  "seconds":{"type":"array","items":{"type":"integer"},"description":"Of all visits together"},
  "totals":{"title":"OverviewTotals","type":"object","properties":{
    "events":{"type":"integer"},
    "visitors":{"type":["integer","null"],"description":"Estimated; null where not known"},
    "bots":{"type":["integer","null"],"description":"Of the events; null where not known"},
    "newest_received_at":{"type":["integer","null"],
    "description":"Of the event that was stored last; Unix milliseconds"},
    "bots_left_out":{"type":"integer",
      "description":"With bots=0: events that are left out for being of bots"},
    "visits":{"type":"integer"},"bounces":{"type":"integer"},"seconds":{"type":"integer"},
    "average_seconds":{"type":["integer","null"],"description":"null where there is no visit"}}},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/stats/overview",
     .access = Access::kViewer,
     .endpoint = get_overview,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary =
         "A range at a glance: what summary, timeseries, visits and visits/timeseries say, in "
         "one look",
     .is_filtered = true,
     .parameters = kStepParameters,
     .answer_schema = kOverview},
};

}  // namespace

std::span<const Route> overview_routes() { return kRoutes; }

}  // namespace penstock::console
