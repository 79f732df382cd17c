// Stored events changed and deleted: one, chosen ones, or all that a filter leaves. The worker does
// it: the console may not write the store.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/event_scope.h"
#include "console/api/request/answers.h"
#include "console/api/request/ask_worker.h"
#include "console/api/request/query_reader.h"
#include "console/api/request/record.h"
#include "control/stored_events.h"
#include "event/id.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::size_t kIdsMax = 1'000;
// Of one request that deletes all: whoever asks goes on from there, and can tell how far it is.
constexpr std::int64_t kWorkUs = 3'000'000;
constexpr std::size_t kDetailBytesMax = 400;

http::Response no_such_event() {
  return http::error_response(404, "not_found", "there is no event with this id");
}

// {"deleted":12}
std::optional<std::uint64_t> deleted_of(const http::Response& answer) {
  std::string padded = answer.body;
  reserve_padding(padded);
  std::optional<std::uint64_t> deleted;
  json::Reader reader;
  const auto read = reader.read(padded, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      const auto number = value.integer();
      if (name == "deleted" && number && *number >= 0) {
        deleted = static_cast<std::uint64_t>(*number);
      }
      return {};
    });
  });
  return read ? deleted : std::nullopt;
}

// How many were there. Nullopt, with the answer in `failure`, where it could not be done.
std::optional<std::uint64_t> have_deleted(Services& services, std::span<const event::Id> ids,
                                          http::Response& failure) {
  failure = ask_worker(services, control::kDeleteEvents, control::delete_body(ids));
  if (failure.status != 200) return std::nullopt;
  const auto deleted = deleted_of(failure);
  if (!deleted)
    failure = http::error_response(503, "unavailable", "the worker says something else");
  return deleted;
}

void tell(const Call& call, Services& services, std::uint64_t deleted, std::string_view detail) {
  const std::string subject = str_cat(deleted, deleted == 1 ? " event" : " events");
  log_info("api", "event.delete", {{"events", deleted}, {"by", actor_of(call)}});
  record(call, services, "event.delete", subject, utf8_prefix(detail, kDetailBytesMax));
}

http::Response deleted_answer(std::uint64_t deleted, std::uint64_t left) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("deleted", deleted).member("left", left).end_object();
  return json_answer(std::move(body));
}

http::Response delete_event(Call& call, Services& services) {
  const auto id = event::Id::from_hex(call.segment);
  if (!id) return bad_parameter("id", "expected 32 hex digits");
  if (auto refusal = closed_event(call, services, *id, Access::kEditor)) return *refusal;
  http::Response failure;
  const auto deleted = have_deleted(services, std::span(&*id, 1), failure);
  if (!deleted) return failure;
  if (*deleted == 0) return no_such_event();
  tell(call, services, 1, id->hex());
  return no_content();
}

struct Choice {
  std::vector<event::Id> ids;  // Empty: all that are asked for.
  std::uint64_t count = 0;     // Of those, as the person was told.
};

std::optional<Choice> read_choice(std::string_view body, http::Response& refusal) {
  Choice choice;
  bool is_all = false;
  bool has_count = false;
  std::string why;
  const auto fault = [&why](std::string text) {
    why = std::move(text);
    return fail(ErrorCode::kRejected, "read which events");
  };
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      if (name == "ids") {
        if (value.kind() != json::Kind::kArray) return fault("ids: expected a list of texts");
        return value.elements([&](json::Value& element) -> Result<void> {
          const auto text = element.string();
          const auto id = text ? event::Id::from_hex(*text) : std::nullopt;
          if (!id) return fault("ids: expected 32 hex digits each");
          if (choice.ids.size() == kIdsMax) return fault("ids: at most 1000 at a time");
          choice.ids.push_back(*id);
          return {};
        });
      }
      if (name == "all") {
        const auto truth = value.boolean();
        if (!truth) return fault("all: expected true or false");
        is_all = *truth;
      }
      if (name == "count") {
        const auto number = value.integer();
        if (!number || *number < 0) return fault("count: expected a number of events");
        choice.count = static_cast<std::uint64_t>(*number);
        has_count = true;
      }
      return {};
    });
  });
  if (why.empty() && !read) why = to_text(read.error());
  if (why.empty() && is_all != choice.ids.empty()) {
    why = R"(expected {"ids":[…]} or {"all":true,"count":N})";
  }
  if (why.empty() && is_all && !has_count) why = "count: as many as are meant have to be said";
  if (why.empty()) return choice;
  refusal = http::error_response(400, "bad_request", why);
  return std::nullopt;
}

http::Response count_changed(std::uint64_t count, std::uint64_t told) {
  http::Response response;
  response.status = 409;
  json::Writer writer(response.body);
  writer.begin_object().member("error", "count_changed");
  writer.member("detail", str_cat("there are ", count, " now, not ", told, ": nothing was done"));
  writer.member("count", count).end_object();
  return response;
}

// Pages of ids, newest first, until all are deleted or the time is over.
http::Response delete_all(Call& call, Services& services, const store::Range& range,
                          const store::Filter& filter, std::uint64_t told) {
  store::Queries& queries = services.queries->within(call.deadline);
  const auto summary = queries.summary(range, filter);
  if (!summary) return failure_answer(summary.error());
  if (summary->events != told) return count_changed(summary->events, told);
  const std::int64_t until_us = services.clock.mono_us() + kWorkUs;
  std::uint64_t deleted = 0;
  http::Response failure;
  store::Page page{control::kDeletedAtOnceMax, ""};
  do {
    std::vector<event::Id> ids;
    auto next = queries.events(range, filter, page, [&ids](const event::Row& row) {
      ids.push_back(row.record.id);
      return true;
    });
    if (!next) failure = failure_answer(next.error());
    if (!next || ids.empty()) break;
    const auto some = have_deleted(services, ids, failure);
    if (!some) break;
    failure = {};
    deleted += *some;
    page.cursor = *std::move(next);
  } while (!page.cursor.empty() && services.clock.mono_us() < until_us);
  if (deleted > 0) tell(call, services, deleted, call.query);
  // What was done is said first; what stands in the way stands there when the rest is asked for.
  if (deleted == 0 && failure.status >= 400) return failure;
  return deleted_answer(deleted, told > deleted ? told - deleted : 0);
}

http::Response post_delete(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  http::Response failure;
  const auto choice = read_choice(call.body, failure);
  if (!choice) return failure;
  if (choice->ids.empty()) return delete_all(call, services, range, filter, choice->count);
  // What he may not see is as if it were not there.
  std::vector<event::Id> open;
  for (const event::Id& id : choice->ids) {
    auto refusal = closed_event(call, services, id, Access::kEditor);
    if (refusal && refusal->status != 404) return *refusal;
    if (!refusal) open.push_back(id);
  }
  if (open.empty()) return deleted_answer(0, 0);
  const auto deleted = have_deleted(services, open, failure);
  if (!deleted) return failure;
  std::string ids;
  for (const event::Id& id : open) ids += str_cat(ids.empty() ? "" : " ", id.hex());
  if (*deleted > 0) tell(call, services, *deleted, ids);
  return deleted_answer(*deleted, 0);
}

// The members' names: what they were and are is the event's, and an audit log stays for good.
std::string names_in(std::string_view body) {
  std::string names;
  json::Reader reader;
  static_cast<void>(reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& /*value*/) -> Result<void> {
      names += str_cat(names.empty() ? "" : ", ", name);
      return {};
    });
  }));
  return names;
}

http::Response patch_event(Call& call, Services& services) {
  const auto id = event::Id::from_hex(call.segment);
  if (!id) return bad_parameter("id", "expected 32 hex digits");
  if (auto refusal = closed_event(call, services, *id, Access::kEditor)) return *refusal;
  auto answer = ask_worker(services, control::change_path(*id), call.body);
  if (answer.status != 200) return answer;
  record(call, services, "event.change", id->hex(),
         utf8_prefix(names_in(call.body), kDetailBytesMax));
  auto event = services.queries->within(call.deadline).event_json(id->hex());
  if (!event) return failure_answer(event.error());
  if (!*event) return no_such_event();
  return json_answer(std::move(**event));
}

constexpr const char* kChange = R"({"type":"object","minProperties":1,
  "description":"What is named is changed, null empties it; properties are replaced whole",
  "properties":{
    "name":{"type":"string","minLength":1,"maxLength":256},
    "kind":{"type":"string",
      "enum":["event","page","error","identify","group","log","metric","span"]},
    "url":{"type":["string","null"]},"referrer":{"type":["string","null"]},
    "user_id":{"type":["string","null"]},"anonymous_id":{"type":["string","null"]},
    "session_id":{"type":["string","null"]},"properties":{"type":["object","null"]}}})";
constexpr const char* kChoice = R"({"type":"object",
  "description":"ids, or all that the parameters leave, as many as count says",
  "properties":{
    "ids":{"type":"array","items":{"type":"string"},"maxItems":1000},
    "all":{"type":"boolean"},
    "count":{"type":"integer","description":"With all: 409 where another number matches now"}}})";
constexpr const char* kEvent = R"({"$ref":"#/components/schemas/Event"})";
constexpr const char* kDeleted = R"({"title":"DeletedEvents","type":"object","properties":{
  "deleted":{"type":"integer"},
  "left":{"type":"integer",
    "description":"No time was left for so many: ask again with this as count, until it is 0"}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kPatch,
     .path = "/api/v1/events/{}",
     .access = Access::kEditor,
     .endpoint = patch_event,
     .lane = Lane::kQueue,
     .scope = Scope::kItem,
     .summary = "Change an event; 422 with what is wrong where it would not be stored",
     .body_schema = kChange,
     .answer_schema = kEvent},
    {.method = kDelete,
     .path = "/api/v1/events/{}",
     .access = Access::kEditor,
     .endpoint = delete_event,
     .lane = Lane::kQueue,
     .scope = Scope::kItem,
     .summary = "Delete an event for good"},
    {.method = kPost,
     .path = "/api/v1/events/delete",
     .access = Access::kEditor,
     .endpoint = post_delete,
     .lane = Lane::kQueue,
     .scope = Scope::kProject,
     .summary = "Delete several events for good: some by their ids, or all that match",
     .is_filtered = true,
     .body_schema = kChoice,
     .answer_schema = kDeleted},
};

}  // namespace

std::span<const Route> event_act_routes() { return kRoutes; }

}  // namespace penstock::console
