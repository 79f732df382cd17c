// The queue over time, from the samples that the console takes.
#include "console/api/request/queue_history.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kPointsMax = 5'000;

// A column with a place for each step; null where there is no sample, or it does not know.
template <class Value>
void write_column(json::Writer& writer, std::string_view name, const std::vector<QueueStep>& steps,
                  std::int64_t from_s, std::int64_t step_s, std::int64_t count, Value value) {
  writer.key(name).begin_array();
  auto next = steps.begin();
  for (std::int64_t i = 0; i < count; ++i) {
    const bool is_there = next != steps.end() && next->at_s == from_s + i * step_s;
    const auto known = is_there ? value(*next) : decltype(value(*next))();
    if (is_there) ++next;
    writer.value(known);
  }
  writer.end_array();
}

std::optional<double> rounded(std::optional<double> rate) {
  if (rate) *rate = std::round(*rate * 10) / 10;
  return rate;
}

http::Response get_history(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const std::string step_text = query.text("step");
  if (auto refusal = query.refusal()) return *refusal;
  const auto asked = step_text.empty() ? default_step_s(range) : parse_step(step_text);
  if (!asked || *asked < kHistoryStepS || *asked % kHistoryStepS != 0) {
    return bad_parameter("step", "expected whole minutes, hours or days: 60, 15m, 1h, 1d");
  }
  const std::int64_t step_s = *asked;
  const std::int64_t from_s = range.from_ms / 1'000 / step_s * step_s;
  const std::int64_t to_s = (range.to_ms + 999) / 1'000;
  const std::int64_t count = std::max<std::int64_t>(to_s - from_s + step_s - 1, 0) / step_s;
  if (count > kPointsMax) {
    return bad_parameter("step", "the range would have more than 5000 points");
  }
  auto history = QueueHistory::open(services.settings.history_path());
  if (!history) return failure_answer(history.error());
  const auto steps = history->read(from_s, to_s, step_s);
  if (!steps) return failure_answer(steps.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("from", range.from_ms).member("to", range.to_ms);
  writer.member("step", step_s).key("t").begin_array();
  for (std::int64_t i = 0; i < count; ++i) writer.value(from_s + i * step_s);
  writer.end_array();
  const auto column = [&](std::string_view name, auto value) {
    write_column(writer, name, *steps, from_s, step_s, count, value);
  };
  column("depth", [](const QueueStep& step) { return step.depth; });
  column("oldest_seconds", [](const QueueStep& step) {
    return step.oldest_ms ? std::optional(static_cast<double>(*step.oldest_ms) / 1'000)
                          : std::optional<double>();
  });
  column("dead", [](const QueueStep& step) { return step.dead; });
  column("in", [](const QueueStep& step) { return rounded(step.messages_in); });
  column("out", [](const QueueStep& step) { return rounded(step.messages_out); });
  column("events", [](const QueueStep& step) { return rounded(step.events_out); });
  writer.end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kParameters[] = {
    {"from", R"({"type":"string"})", "RFC 3339 or Unix time; 24 hours ago without it"},
    {"to", R"({"type":"string"})", "Now without it"},
    {"step", R"({"type":"string"})", "Whole minutes, hours or days: 60, 15m, 1h, 1d"},
};
constexpr const char* kHistory = R"({"title":"QueueHistory","type":"object",
  "description":"Columns; null where there is no sample, or it could not be known",
  "properties":{
  "from":{"type":"integer"},"to":{"type":"integer"},
  "step":{"type":"integer","description":"Seconds"},
  "t":{"type":"array","items":{"type":"integer"},"description":"Where steps begin: Unix seconds"},
  "depth":{"type":"array","items":{"type":["integer","null"]},"description":"Most that waited"},
  "oldest_seconds":{"type":"array","items":{"type":["number","null"]}},
  "dead":{"type":"array","items":{"type":["integer","null"]}},
  "in":{"type":"array","items":{"type":["number","null"]},"description":"Messages a minute"},
  "out":{"type":"array","items":{"type":["number","null"]},"description":"Messages a minute"},
  "events":{"type":"array","items":{"type":["number","null"]},
    "description":"Events stored a minute, by the worker of this state directory"}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/queue/history",
     .access = Access::kViewer,
     .endpoint = get_history,
     .lane = Lane::kQueue,
     .summary = "What waited, how long, and how much came and went, by time",
     .parameters = kParameters,
     .answer_schema = kHistory},
};

}  // namespace

std::span<const Route> queue_history_routes() { return kRoutes; }

}  // namespace penstock::console
