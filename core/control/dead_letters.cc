#include "control/dead_letters.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "control/letter_choice.h"
#include "control/storable.h"
#include "json/reader.h"
#include "json/writer.h"
#include "queue/dead_letter_box.h"
#include "queue/spool/dead_letters.h"

namespace penstock::control {
namespace {

// Ours are a letter and at most 40 hex digits.
constexpr std::size_t kIdBytesMax = 128;
constexpr std::string_view kFolder = "/v1/dead-letters/";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view word_of(LetterAct act) {
  switch (act) {
    case LetterAct::kRetry:
      return "retry";
    case LetterAct::kDelete:
      return "delete";
    case LetterAct::kEdit:
      break;
  }
  return "edit";
}

// Names the member of an answer that counts.
std::string_view done_of(LetterAct act) {
  return act == LetterAct::kDelete ? "deleted" : "retried";
}

http::Response unavailable(const Error& error, std::string_view id) {
  log_warn("control.letter", "a dead letter could not be dealt with",
           {{"letter", id}, {"error", to_text(error)}});
  auto response = http::error_response(503, "unavailable", to_text(error));
  response.headers.emplace_back("Retry-After", "2");
  return response;
}

http::Response answer_of(const Result<bool>& is_done, LetterAct act, std::string_view id) {
  if (!is_done) return unavailable(is_done.error(), id);
  if (!*is_done) return no_such_letter();
  const std::string_view done = done_of(act);
  log_info("control", "dealt with a dead letter as asked", {{"id", id}, {"what", done}});
  http::Response response;
  response.body = str_cat("{\"", done, "\":1}");
  return response;
}

http::Response count_changed(std::size_t count, std::int64_t told) {
  auto response = http::error_response(409, "count_changed", "");
  response.body.clear();
  json::Writer writer(response.body);
  writer.begin_object().member("error", "count_changed");
  writer.member("detail", str_cat("there are ", count, " now, not ", told, ": nothing was done"));
  writer.member("count", count).end_object();
  return response;
}

// All ids first: what is retried may come back as another letter.
http::Response act_on_many(queue::DeadLetterBox& box, LetterAct act, const Clock& clock,
                           std::string_view body) {
  auto choice = read_letter_choice(body);
  if (!choice) return http::error_response(400, "bad_request", to_text(choice.error()));
  const std::int64_t begun_ms = clock.wall_ms();
  if (choice->ids.empty()) {
    auto ids = queue::letter_ids(box, choice->question);
    if (!ids) return unavailable(ids.error(), "all");
    if (choice->count < 0 || ids->size() != static_cast<std::uint64_t>(choice->count)) {
      return count_changed(ids->size(), choice->count);
    }
    choice->ids = *std::move(ids);
  }
  std::map<std::string, std::size_t> wanted;
  for (const std::string& id : choice->ids) ++wanted[id];
  const auto is_meant = [&](const queue::StoredLetter& letter) {
    const auto found = wanted.find(letter.id);
    if (found == wanted.end() || found->second == 0) return false;
    --found->second;
    return true;
  };
  const auto done =
      act == LetterAct::kRetry ? box.retry_those(is_meant) : box.remove_those(is_meant);
  if (!done) return unavailable(done.error(), "several");
  log_info("control", "dealt with dead letters as asked",
           {{"what", done_of(act)}, {"letters", *done}, {"asked", choice->ids.size()}});
  http::Response response;
  const std::size_t asked = choice->ids.size();
  json::Writer writer(response.body);
  writer.begin_object().member(done_of(act), *done);
  writer.member("gone", asked - std::min<std::size_t>(*done, asked));
  writer.member("at", begun_ms).end_object();
  return response;
}

Result<std::string> read_edit(std::string_view body) {
  std::string message;
  bool has_message = false;
  bool is_base64 = false;
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "message" && key != "encoding") return {};
      const auto text = value.string();
      if (!text) return fail(text.error());
      if (key == "message") {
        message = *text;
        has_message = true;
        return {};
      }
      is_base64 = *text == "base64";
      return is_base64 || *text == "text"
                 ? Result<void>()
                 : fail(ErrorCode::kRejected, "encoding: expected text or base64");
    });
  });
  if (!read) return fail(read.error());
  if (!has_message) return fail(ErrorCode::kRejected, "message: it is missing");
  if (is_base64) {
    auto bytes = queue::parse_base64(message);
    if (!bytes) return fail(ErrorCode::kRejected, "message: it is no base64");
    message = *std::move(bytes);
  }
  reserve_padding(message);
  return message;
}

http::Response edit(queue::DeadLetterBox& box, const Clock& clock, std::string_view id,
                    std::string_view body) {
  const auto message = read_edit(body);
  if (!message) return http::error_response(400, "bad_request", to_text(message.error()));
  const auto fault = fault_of_message(*message, clock.wall_ms());
  if (!fault) {
    const std::int64_t begun_ms = clock.wall_ms();
    auto answer = answer_of(box.retry_as(id, *message), LetterAct::kEdit, id);
    if (answer.status == 200) answer.body = str_cat("{\"retried\":1,\"at\":", begun_ms, "}");
    return answer;
  }
  auto response = http::error_response(422, "not_storable", "");
  response.body.clear();
  json::Writer writer(response.body);
  writer.begin_object().member("error", "not_storable").member("detail", fault->why);
  writer.member("offset", fault->offset).end_object();
  return response;
}

}  // namespace

std::string path_of(LetterAct act, std::string_view id) {
  const bool can_be = !id.empty() && id.size() <= kIdBytesMax &&
                      std::all_of(id.begin(), id.end(), is_letter_or_digit);
  return can_be ? str_cat(kFolder, id, "/", word_of(act)) : "";
}

std::string path_of_many(LetterAct act) { return str_cat(kFolder, word_of(act)); }

std::string edit_body(std::string_view message) {
  std::string body = R"({"encoding":"base64","message":")";
  queue::append_base64(body, message);
  return body + "\"}";
}

http::Response no_such_letter() {
  return http::error_response(404, "not_found", "there is no dead letter with this id");
}

Result<std::vector<Act>> dead_letter_acts(const queue::ConsumerOptions& options,
                                          const Clock& clock) {
  auto made = queue::make_dead_letter_box(options, clock);
  if (!made) return fail(made.error());
  const std::shared_ptr<queue::DeadLetterBox> box = std::move(*made);
  const auto one = [&](LetterAct act,
                       Result<bool> (queue::DeadLetterBox::*done)(std::string_view id)) -> Act {
    return {http::Method::kPost, str_cat(kFolder, "{}/", word_of(act)),
            [box, act, done](std::string_view id, std::string_view /*body*/) {
              return answer_of((*box.*done)(id), act, id);
            }};
  };
  const auto many = [&](LetterAct act) -> Act {
    return {http::Method::kPost, path_of_many(act),
            [box, act, &clock](std::string_view /*segment*/, std::string_view body) {
              return act_on_many(*box, act, clock, body);
            }};
  };
  std::vector<Act> acts;
  acts.push_back(one(LetterAct::kRetry, &queue::DeadLetterBox::retry));
  acts.push_back(one(LetterAct::kDelete, &queue::DeadLetterBox::remove));
  acts.push_back({http::Method::kPost, str_cat(kFolder, "{}/", word_of(LetterAct::kEdit)),
                  [box, &clock](std::string_view id, std::string_view body) {
                    return edit(*box, clock, id, body);
                  }});
  acts.push_back(many(LetterAct::kRetry));
  acts.push_back(many(LetterAct::kDelete));
  return acts;
}

}  // namespace penstock::control
