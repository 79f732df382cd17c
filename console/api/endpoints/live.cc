// Streams: stored events as they come, and that something has changed. They begin here and are the
// feed's from then on (request/live_feed.h).
#include <utility>

#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/live_feed.h"
#include "console/api/request/query_reader.h"

namespace penstock::console {

namespace {

constexpr std::size_t kEventsRoute = 0;
constexpr std::size_t kChangesRoute = 1;

http::Response watch(Call& call, LiveFeed::Watcher watcher, std::size_t route) {
  watcher.route = &live_routes()[route];
  watcher.call = call;
  watcher.answer = call.parts->shared_from_this();
  if (call.feed->add(std::move(watcher))) return {};
  auto response = http::error_response(503, "busy", "too many watch already: close some tabs");
  response.headers.emplace_back("Retry-After", "10");
  return response;
}

http::Response get_live(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  LiveFeed::Watcher watcher;
  watcher.kind = LiveFeed::Kind::kEvents;
  watcher.filter = query.filter();
  watcher.question = query.question({});
  if (auto refusal = query.refusal()) return *refusal;
  return watch(call, std::move(watcher), kEventsRoute);
}

http::Response get_changes(Call& call, Services& services) {
  if (auto refusal = QueryReader(call.query, services.clock.wall_ms()).refusal()) return *refusal;
  LiveFeed::Watcher watcher;
  watcher.kind = LiveFeed::Kind::kChanges;
  return watch(call, std::move(watcher), kChangesRoute);
}

constexpr const char* kLive = R"({"title":"LiveEvents","type":"object",
  "description":"The data of each message \"events\"","properties":{
  "stored":{"type":"integer","description":"Events stored since the message before"},
  "left":{"type":"integer","description":"Those of them that the filter leaves"},
  "ms":{"type":"integer","description":"Since then"},
  "is_cut":{"type":"boolean","description":"More was stored than could be looked at"},
  "missed":{"type":"integer","description":"Events left that this reader was too slow for"},
  "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"},
    "description":"Some 50 a second at most: each so manieth of those left"}}})";
constexpr const char* kChanges = R"({"title":"Changes","type":"object",
  "description":"The data of each message: \"store\" where stored events have changed"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/events/live",
     .access = Access::kViewer,
     .endpoint = get_live,
     .lane = Lane::kStreams,
     .scope = Scope::kProject,
     .summary = "Events as they are stored, by server-sent events: messages \"events\", and "
                "\"trouble\" where the store cannot be read. Ends with the session",
     .is_filtered = true,
     .answer_schema = kLive,
     .answer_type = "text/event-stream"},
    {.method = kGet,
     .path = "/api/v1/changes",
     .access = Access::kViewer,
     .endpoint = get_changes,
     .lane = Lane::kStreams,
     .scope = Scope::kOwn,
     .summary = "That what is stored has changed, by server-sent events: worth asking again",
     .answer_schema = kChanges,
     .answer_type = "text/event-stream"},
};

}  // namespace

std::span<const Route> live_routes() { return kRoutes; }

}  // namespace penstock::console
