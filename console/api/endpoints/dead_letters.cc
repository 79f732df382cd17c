// Messages that could not be stored: pages of them, one in full, and how many there are of each
// reason.
#include "control/dead_letters.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/queue_message.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"
#include "queue/letter_search.h"
#include "queue/letters/plain_reason.h"

namespace penstock::console {

namespace {

// The queue's failures say what is wrong with it, as GET /queue does: that is what the people who
// look here have to know.
http::Response queue_failure(const Error& error) {
  log_warn("api.dead_letters", "the dead letters cannot be had", {{"error", to_text(error)}});
  auto response = http::error_response(503, "unavailable", to_text(error));
  response.headers.emplace_back("Retry-After", "2");
  return response;
}

void write_letter(json::Writer& writer, const queue::StoredLetter& letter,
                  const MessageLimits& limits, std::int64_t now_ms) {
  writer.begin_object().member("id", std::string_view(letter.id));
  writer.member_or_null("at", letter.at_ms);
  writer.member("place", letter.place);
  writer.member("reason", queue::plain_reason(letter.reason));
  writer.member("detail", std::string_view(letter.reason));
  writer.member("origin", std::string_view(letter.origin));
  writer.member("foreign", letter.is_foreign);
  write_message(writer, letter.message, limits, now_ms);
  writer.end_object();
}

void write_count(json::Writer& writer, const queue::LetterCount& count) {
  writer.member("ours", count.ours()).member("complete", count.is_complete);
}

// Of all letters no message need be read, but where some may be other programs'.
Result<queue::LetterCount> count_of(const queue::LetterQuestion& question, Services& services) {
  const bool may_be_foreign = !services.settings.queue.queue.sidekiq_queue.empty();
  if (!question.is_any() || may_be_foreign) {
    return queue::count_letters(*services.dead_letters, question);
  }
  const auto all = services.dead_letters->count();
  if (!all) return fail(all.error());
  return queue::LetterCount{*all};
}

http::Response get_dead_letters(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const std::uint32_t limit = query.number("limit", 50, 1, 200);
  const std::string cursor = query.text("cursor");
  queue::LetterQuestion question;
  question.reason = query.text("reason");
  question.search = query.text("search");
  const std::string since = query.text("since");
  if (auto refusal = query.refusal()) return *refusal;
  if (!since.empty()) {
    const auto since_ms = parse_time(since);
    if (!since_ms) return bad_parameter("since", "expected a time");
    question.since_ms = *since_ms;
  }

  const auto total = count_of(question, services);
  if (!total) return queue_failure(total.error());
  const auto page = queue::list_letters(*services.dead_letters, question, limit, cursor);
  if (!page) {
    if (page.error().code != ErrorCode::kRejected) return queue_failure(page.error());
    return bad_parameter("cursor", page.error().step);
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("total", total->all).key("letters").begin_array();
  for (const queue::StoredLetter& letter : page->letters) {
    write_letter(writer, letter, kMessageOfMany, services.clock.wall_ms());
  }
  writer.end_array().member_or_null("next", page->next);
  write_count(writer, *total);
  writer.end_object();
  return json_answer(std::move(body));
}

http::Response get_dead_letter(Call& call, Services& services) {
  const auto letter = services.dead_letters->find(call.segment);
  if (!letter) return queue_failure(letter.error());
  if (!*letter) return control::no_such_letter();
  std::string body;
  json::Writer writer(body);
  write_letter(writer, **letter, kWholeMessage, services.clock.wall_ms());
  return json_answer(std::move(body));
}

http::Response get_reasons(Call& /*call*/, Services& services) {
  const auto found = queue::group_letters(*services.dead_letters);
  if (!found) return queue_failure(found.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("total", found->count.all);
  write_count(writer, found->count);
  writer.key("groups").begin_array();
  for (const queue::ReasonGroup& group : found->groups) {
    writer.begin_object().member("reason", std::string_view(group.reason));
    writer.member("detail", std::string_view(group.detail));
    writer.member("count", group.count.all).member("ours", group.count.ours());
    writer.member_or_null("newest", group.newest_ms);
    writer.member_or_null("oldest", group.oldest_ms);
    writer.end_object();
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kDeadLettersParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})", "Letters at most"},
    {"cursor", R"({"type":"string"})", "next of the page before"},
    {"reason", R"({"type":"string"})", "Those of one plain reason, as dead/reasons tells it"},
    {"search", R"({"type":"string"})",
     "Those with this text in reason, origin or message, whatever case"},
    {"since", R"({"type":"string"})", "Those set aside then or later"},
};
constexpr const char* kDeadLetters = R"({"title":"DeadLetters","type":"object","properties":{
  "total":{"type":"integer","description":"Of those that match"},
  "letters":{"type":"array","items":{"title":"DeadLetter","type":"object","properties":{
    "id":{"type":"string"},
    "at":{"type":["integer","null"],"description":"Unix milliseconds; null where unknown"},
    "place":{"type":"string","enum":["file","redis","sidekiq"]},
    "reason":{"type":"string","description":"In plain words"},
    "detail":{"type":"string","description":"In the program's"},
    "origin":{"type":"string"},
    "foreign":{"type":"boolean","description":"A job of another program's queue"},
    "bytes":{"type":"integer","description":"Of the whole message"},
    "message":{"type":"string","description":"Base64; of a page's letters the first 16 KiB"},
    "truncated":{"type":"boolean","description":"Whether message or events are cut"},
    "form":{"type":"string","enum":["batch","job","unknown"]},
    "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"},
      "description":"Those that can be read; of a page's letters 20 at most"},
    "total_events":{"type":"integer","description":"As many as the message says it has"},
    "class":{"type":["string","null"],"description":"Of a job"},
    "jid":{"type":["string","null"]},
    "fault":{"type":["string","null"],"description":"Why not all of it can be read"}}}},
  "next":{"type":["string","null"],"description":"null on the last page"},
  "ours":{"type":"integer",
    "description":"Of total, those that an act on all takes: not other programs' jobs"},
  "complete":{"type":"boolean","description":"False: there are more than were looked through"}}})";
constexpr const char* kDeadLetter = R"({"$ref":"#/components/schemas/DeadLetter"})";
constexpr const char* kReasons = R"({"title":"DeadReasons","type":"object","properties":{
  "total":{"type":"integer"},"ours":{"type":"integer"},"complete":{"type":"boolean"},
  "groups":{"type":"array","description":"Largest first",
    "items":{"title":"DeadReason","type":"object","properties":{
    "reason":{"type":"string"},
    "detail":{"type":"string","description":"The newest's own text"},
    "count":{"type":"integer"},"ours":{"type":"integer"},
    "newest":{"type":["integer","null"]},"oldest":{"type":["integer","null"]}}}}}})";

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
    {.method = kGet,
     .path = "/api/v1/queue/dead/reasons",
     .access = Access::kViewer,
     .endpoint = get_reasons,
     .lane = Lane::kQueue,
     .summary = "Why messages could not be stored, and how many of each",
     .answer_schema = kReasons},
    {.method = kGet,
     .path = "/api/v1/queue/dead/{}",
     .access = Access::kViewer,
     .endpoint = get_dead_letter,
     .lane = Lane::kQueue,
     .summary = "A dead letter in full",
     .answer_schema = kDeadLetter},
};

}  // namespace

std::span<const Route> dead_letter_routes() { return kRoutes; }

}  // namespace penstock::console
