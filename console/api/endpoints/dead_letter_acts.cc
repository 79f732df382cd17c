// What people do with messages that could not be stored. The worker does it: the console may write
// neither spool nor Redis.
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/ask_worker.h"
#include "console/api/request/record.h"
#include "control/dead_letters.h"

namespace penstock::console {

namespace {

using control::LetterAct;

// Which ones were meant, for the audit log.
constexpr std::size_t kDetailBytesMax = 400;
std::string_view detail_of(std::string_view body) { return utf8_prefix(body, kDetailBytesMax); }

// Its answers are ours. `word` is for the audit log.
http::Response have_done(std::string_view path, std::string_view body, const char* word,
                         const Call& call, Services& services) {
  if (path.empty()) return control::no_such_letter();
  auto answer = ask_worker(services, path, body);
  if (answer.status == 200) {
    const std::string_view id = call.segment.empty() ? "several" : utf8_prefix(call.segment, 80);
    log_info("api", word, {{"id", id}, {"by", actor_of(call)}});
    record(call, services, word, id, call.segment.empty() ? detail_of(body) : "");
  }
  return answer;
}

http::Response post_retry(Call& call, Services& services) {
  return have_done(control::path_of(LetterAct::kRetry, call.segment), "", "dead_letter.retry", call,
                   services);
}

http::Response post_delete(Call& call, Services& services) {
  return have_done(control::path_of(LetterAct::kDelete, call.segment), "", "dead_letter.delete",
                   call, services);
}

http::Response post_edit(Call& call, Services& services) {
  return have_done(control::path_of(LetterAct::kEdit, call.segment), call.body, "dead_letter.edit",
                   call, services);
}

http::Response post_retry_many(Call& call, Services& services) {
  return have_done(control::path_of_many(LetterAct::kRetry), call.body, "dead_letter.retry", call,
                   services);
}

http::Response post_delete_many(Call& call, Services& services) {
  return have_done(control::path_of_many(LetterAct::kDelete), call.body, "dead_letter.delete", call,
                   services);
}

constexpr const char* kEdit = R"({"type":"object","required":["message"],"properties":{
  "message":{"type":"string","description":"What is put into the queue in its place"},
  "encoding":{"type":"string","enum":["text","base64"],"default":"text"}}})";
constexpr const char* kChoice = R"({"type":"object",
  "description":"ids, or all that match reason and search, as many as count says",
  "properties":{
    "ids":{"type":"array","items":{"type":"string"},"maxItems":200},
    "all":{"type":"boolean"},"reason":{"type":"string"},"search":{"type":"string"},
    "count":{"type":"integer","description":"With all: 409 where another number matches now"}}})";
constexpr const char* kRetried = R"({"type":"object","properties":{"retried":{"type":"integer"}}})";
constexpr const char* kEdited = R"({"title":"EditedLetter","type":"object","properties":{
  "retried":{"type":"integer"},
  "at":{"type":"integer","description":"Unix milliseconds: what comes back is set aside later"}}})";
constexpr const char* kDeleted = R"({"type":"object","properties":{"deleted":{"type":"integer"}}})";
constexpr const char* kRetriedMany = R"({"title":"RetriedLetters","type":"object","properties":{
  "retried":{"type":"integer"},
  "gone":{"type":"integer","description":"Those that somebody else has dealt with"},
  "at":{"type":"integer","description":"Unix milliseconds: what comes back is set aside later"}}})";
constexpr const char* kDeletedMany = R"({"title":"DeletedLetters","type":"object","properties":{
  "deleted":{"type":"integer"},"gone":{"type":"integer"},"at":{"type":"integer"}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kPost,
     .path = "/api/v1/queue/dead/retry",
     .access = Access::kEditor,
     .endpoint = post_retry_many,
     .lane = Lane::kQueue,
     .summary = "Put several dead letters back at the end of the queue",
     .body_schema = kChoice,
     .answer_schema = kRetriedMany},
    {.method = kPost,
     .path = "/api/v1/queue/dead/delete",
     .access = Access::kEditor,
     .endpoint = post_delete_many,
     .lane = Lane::kQueue,
     .summary = "Delete several dead letters for good",
     .body_schema = kChoice,
     .answer_schema = kDeletedMany},
    {.method = kPost,
     .path = "/api/v1/queue/dead/{}/retry",
     .access = Access::kEditor,
     .endpoint = post_retry,
     .lane = Lane::kQueue,
     .summary = "Put a dead letter back at the end of the queue",
     .answer_schema = kRetried},
    {.method = kPost,
     .path = "/api/v1/queue/dead/{}/edit",
     .access = Access::kEditor,
     .endpoint = post_edit,
     .lane = Lane::kQueue,
     .summary = "Put another message at the end of the queue in a dead letter's place; 422 with "
                "what is wrong where it could not be stored",
     .body_schema = kEdit,
     .answer_schema = kEdited},
    {.method = kPost,
     .path = "/api/v1/queue/dead/{}/delete",
     .access = Access::kEditor,
     .endpoint = post_delete,
     .lane = Lane::kQueue,
     .summary = "Delete a dead letter for good",
     .answer_schema = kDeleted},
};

}  // namespace

std::span<const Route> dead_letter_act_routes() { return kRoutes; }

}  // namespace penstock::console
