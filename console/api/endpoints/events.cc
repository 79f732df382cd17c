// Stored events: pages of them, newest first, and one by its id.
#include <utility>

#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/event_scope.h"
#include "console/api/request/answer_tag.h"
#include "console/api/request/answers.h"
#include "console/api/request/authorize.h"
#include "console/api/request/query_reader.h"
#include "event/id.h"
#include "json/writer.h"
#include "store/contract/row_json.h"

namespace penstock::console {

namespace {

// A page ends early rather than grow past this: events may have a quarter of a megabyte each.
constexpr std::size_t kPageBytesMax = 8 << 20;

http::Response get_events(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  store::Filter filter = query.filter();
  if (const auto is_bot = query.truth("is_bot")) filter.is_bot = is_bot;
  const store::Page page{query.number("limit", 100, 1, 1000), query.text("cursor")};
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;

  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("events").begin_array();
  std::string row_json;
  auto next = services.queries->within(call.deadline)
                  .events(range, filter, page, [&](const event::Row& row) {
                    row_json.clear();
                    store::append_row_json(row, row_json);
                    writer.raw(row_json);
                    return body.size() < kPageBytesMax;
                  });
  if (!next) {
    if (next.error().code == ErrorCode::kRejected && !page.cursor.empty()) {
      return bad_parameter("cursor", next.error().step);
    }
    return failure_answer(next.error());
  }
  writer.end_array().member_or_null("next_cursor", *next);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_event(Call& call, Services& services) {
  const auto id = event::Id::from_hex(call.segment);
  if (!id) return bad_parameter("id", "expected 32 hex digits");
  auto event = services.queries->within(call.deadline).event_json(id->hex());
  if (!event) return failure_answer(event.error());
  const bool is_limited = call.session->user.rights.is_limited();
  if (!*event || (is_limited && !may(call, Access::kViewer, project_of_event(**event)))) {
    return http::error_response(404, "not_found", "there is no event with this id");
  }
  return json_answer(std::move(**event));
}

constexpr Parameter kEventsParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":1000,"default":100})", "Events at most"},
    {"cursor", R"({"type":"string"})", "next_cursor of the page before"},
    {"is_bot", R"({"type":"boolean"})", "As bots=only, or bots=0"},
};
constexpr const char* kEvent = R"({"$ref":"#/components/schemas/Event"})";
constexpr const char* kEvents = R"({"title":"Events","type":"object","properties":{
  "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
  "next_cursor":{"type":["string","null"],"description":"null on the last page"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/events",
     .access = Access::kViewer,
     .endpoint = get_events,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Events, newest first",
     .is_filtered = true,
     .parameters = kEventsParameters,
     .answer_schema = kEvents},
    {.method = kGet,
     .path = "/api/v1/events/{}",
     .access = Access::kViewer,
     .endpoint = get_event,
     .lane = Lane::kQuestions,
     .scope = Scope::kItem,
     .summary = "One event",
     .answer_schema = kEvent},
};

}  // namespace

std::span<const Route> events_routes() { return kRoutes; }

}  // namespace penstock::console
