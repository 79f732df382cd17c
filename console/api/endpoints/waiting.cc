// The messages that wait to be stored, oldest first.
#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/queue_message.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// Of all messages that are read for one answer.
constexpr std::size_t kPeekBytesMax = 16 << 20;

http::Response get_waiting(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const std::uint32_t limit = query.number("limit", 50, 1, 200);
  if (auto refusal = query.refusal()) return *refusal;

  const auto state = services.inspector->state();
  const auto waiting = state ? services.inspector->peek(limit, kPeekBytesMax) : fail(state.error());
  if (!waiting) {
    log_warn("api.waiting", "what waits cannot be had", {{"error", to_text(waiting.error())}});
    auto response = http::error_response(503, "unavailable", to_text(waiting.error()));
    response.headers.emplace_back("Retry-After", "2");
    return response;
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("total", std::max<std::uint64_t>(state->depth, waiting->size()));
  writer.key("messages").begin_array();
  for (const queue::WaitingMessage& one : *waiting) {
    writer.begin_object();
    writer.member_or_null("at", one.at_ms);
    write_message(writer, one.message, kMessageOfMany, services.clock.wall_ms());
    writer.end_object();
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})", "Messages at most"},
};
constexpr const char* kWaiting = R"({"title":"Waiting","type":"object","properties":{
  "total":{"type":"integer","description":"Messages that wait, claimed ones included"},
  "messages":{"type":"array","items":{"title":"WaitingMessage","type":"object","properties":{
    "at":{"type":["integer","null"],"description":"Unix milliseconds; null where unknown"},
    "bytes":{"type":"integer","description":"Of the whole message"},
    "message":{"type":"string","description":"Base64, of the first 16 KiB"},
    "truncated":{"type":"boolean","description":"Whether message or events are cut"},
    "form":{"type":"string","enum":["batch","job","unknown"]},
    "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"},
      "description":"Those that can be read, 20 at most"},
    "total_events":{"type":"integer","description":"As many as the message says it has"},
    "class":{"type":["string","null"],"description":"Of a job"},
    "jid":{"type":["string","null"]},
    "fault":{"type":["string","null"],"description":"Why not all of it can be read"}}}}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/queue/waiting",
     .access = Access::kViewer,
     .endpoint = get_waiting,
     .lane = Lane::kQueue,
     .summary = "The messages that wait, oldest first",
     .parameters = kParameters,
     .answer_schema = kWaiting},
};

}  // namespace

std::span<const Route> waiting_routes() { return kRoutes; }

}  // namespace penstock::console
