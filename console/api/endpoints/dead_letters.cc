// Messages that could not be stored: pages of them, and what people do with one.
#include "queue/spool/dead_letters.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "console/api/request/record.h"
#include "control/dead_letters.h"
#include "json/writer.h"
#include "queue/letters/message_content.h"

namespace penstock::console {

namespace {

// A page of 200 letters is shown to a person: enough of each to see what it was.
constexpr std::size_t kMessageBytesShown = 16 << 10;
constexpr std::size_t kEventsShown = 20;
constexpr std::size_t kEventBytesShown = 64 << 10;

// The queue's failures say what is wrong with it, as GET /queue does: that is what the people who
// look here have to know.
http::Response queue_failure(const Error& error) {
  log_warn("api.dead_letters", "the dead letters cannot be had", {{"error", to_text(error)}});
  auto response = http::error_response(503, "unavailable", to_text(error));
  response.headers.emplace_back("Retry-After", "2");
  return response;
}

void write_letter(json::Writer& writer, const queue::StoredLetter& letter, std::int64_t now_ms) {
  const std::string_view shown = std::string_view(letter.message).substr(0, kMessageBytesShown);
  bool is_cut = shown.size() < letter.message.size();
  std::string message;
  queue::append_base64(message, shown);
  std::string events;
  std::size_t count = 0;
  const auto content =
      queue::read_message(letter.message, now_ms, [&](const event::Record& record) {
        if (count == kEventsShown || events.size() > kEventBytesShown) {
          is_cut = true;
          return;
        }
        if (count++ > 0) events += ',';
        queue::append_event_json(record, events);
      });

  writer.begin_object().member("id", std::string_view(letter.id)).key("at");
  if (letter.at_ms > 0) {
    writer.value(letter.at_ms);
  } else {
    writer.null();
  }
  writer.member("place", letter.place);
  writer.member("reason", std::string_view(letter.reason));
  writer.member("origin", std::string_view(letter.origin));
  writer.member("bytes", letter.message.size());
  writer.member("message", std::string_view(message));
  writer.member("truncated", is_cut);
  writer.member("form", queue::to_text(content.form));
  writer.key("events").raw(str_cat("[", events, "]"));
  writer.end_object();
}

http::Response worker_failure(const Error& error, const std::string& address) {
  log_warn("api.no_worker", "the worker cannot be asked",
           {{"address", address}, {"error", to_text(error)}});
  const char* why = "what answers at its socket is none of ours";
  if (error.code == ErrorCode::kDisconnected) why = "it is not running";
  if (error.code == ErrorCode::kOverloaded) why = "it does not answer; it may have done it";
  if (error.code == ErrorCode::kConfiguration) why = "its socket cannot be used";
  auto response = http::error_response(
      503, "worker_unavailable",
      str_cat("the worker does this, and ", why, " (", address, ": ", to_text(error), ")"));
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

http::Response get_dead_letters(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const std::uint32_t limit = query.number("limit", 50, 1, 200);
  const std::string cursor = query.text("cursor");
  if (auto refusal = query.refusal()) return *refusal;

  const auto total = services.dead_letters->count();
  if (!total) return queue_failure(total.error());
  const auto page = services.dead_letters->list(limit, cursor);
  if (!page) {
    if (page.error().code != ErrorCode::kRejected) return queue_failure(page.error());
    return bad_parameter("cursor", page.error().step);
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("total", *total).key("letters").begin_array();
  for (const queue::StoredLetter& letter : page->letters) {
    write_letter(writer, letter, services.clock.wall_ms());
  }
  writer.end_array().key("next");
  if (page->next.empty()) {
    writer.null();
  } else {
    writer.value(page->next);
  }
  writer.end_object();
  return json_answer(std::move(body));
}

// The worker does it: the console may write neither spool nor Redis. Its answers are ours.
http::Response have_done(control::LetterAct act, const char* word, Call& call, Services& services) {
  const std::string path = control::path_of(act, call.segment);
  if (path.empty()) return control::no_such_letter();
  auto answer = services.worker.ask(http::Method::kPost, path);
  if (!answer) return worker_failure(answer.error(), services.worker.address());
  if (answer->status == 200) {
    log_info("api", word, {{"id", utf8_prefix(call.segment, 80)}, {"by", actor_of(call)}});
    record(call, services, word, call.segment);
  }
  http::Response response;
  response.status = answer->status;
  response.body = std::move(answer->body);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "2");
  return response;
}

http::Response post_dead_letter_retry(Call& call, Services& services) {
  return have_done(control::LetterAct::kRetry, "dead_letter.retry", call, services);
}

http::Response post_dead_letter_delete(Call& call, Services& services) {
  return have_done(control::LetterAct::kDelete, "dead_letter.delete", call, services);
}

constexpr Parameter kDeadLettersParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})", "Letters at most"},
    {"cursor", R"({"type":"string"})", "next of the page before"},
};
constexpr const char* kDeadLetters = R"({"title":"DeadLetters","type":"object","properties":{
  "total":{"type":"integer"},
  "letters":{"type":"array","items":{"title":"DeadLetter","type":"object","properties":{
    "id":{"type":"string"},
    "at":{"type":["integer","null"],"description":"Unix milliseconds; null where unknown"},
    "place":{"type":"string","enum":["file","redis","sidekiq"]},
    "reason":{"type":"string"},"origin":{"type":"string"},
    "bytes":{"type":"integer","description":"Of the whole message"},
    "message":{"type":"string","description":"Base64, of the first 16 KiB"},
    "truncated":{"type":"boolean","description":"Whether message or events are cut"},
    "form":{"type":"string","enum":["batch","job","unknown"]},
    "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"},
      "description":"Those that can be read, 20 at most"}}}},
  "next":{"type":["string","null"],"description":"null on the last page"}}})";
constexpr const char* kRetried = R"({"type":"object","properties":{"retried":{"type":"integer"}}})";
constexpr const char* kDeleted = R"({"type":"object","properties":{"deleted":{"type":"integer"}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/queue/dead",
     .access = Access::kViewer,
     .endpoint = get_dead_letters,
     .lane = Lane::kQueue,
     .summary = "Messages that could not be stored, newest first",
     .parameters = kDeadLettersParameters,
     .answer_schema = kDeadLetters},
    {.method = kPost,
     .path = "/api/v1/queue/dead/{}/retry",
     .access = Access::kEditor,
     .endpoint = post_dead_letter_retry,
     .lane = Lane::kQueue,
     .summary = "Put a dead letter back at the end of the queue",
     .answer_schema = kRetried},
    {.method = kPost,
     .path = "/api/v1/queue/dead/{}/delete",
     .access = Access::kEditor,
     .endpoint = post_dead_letter_delete,
     .lane = Lane::kQueue,
     .summary = "Delete a dead letter for good",
     .answer_schema = kDeleted},
};

}  // namespace

std::span<const Route> dead_letter_routes() { return kRoutes; }

}  // namespace penstock::console
