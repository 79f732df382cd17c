#include "control/dead_letters.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "queue/dead_letter_box.h"

namespace penstock::control {
namespace {

// Ours are a letter and at most 40 hex digits.
constexpr std::size_t kIdBytesMax = 128;
constexpr std::string_view kFolder = "/v1/dead-letters/";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view word_of(LetterAct act) { return act == LetterAct::kRetry ? "retry" : "delete"; }

// `done` names the member that counts the one letter.
http::Response answer_of(const Result<bool>& is_done, std::string_view done, std::string_view id) {
  http::Response response;
  if (!is_done) {
    log_warn("control.letter", "a dead letter could not be dealt with",
             {{"letter", id}, {"error", to_text(is_done.error())}});
    response = http::error_response(503, "unavailable", to_text(is_done.error()));
    response.headers.emplace_back("Retry-After", "2");
    return response;
  }
  if (!*is_done) return no_such_letter();
  log_info("control", "dealt with a dead letter as asked", {{"id", id}, {"what", done}});
  response.body = str_cat("{\"", done, "\":1}");
  return response;
}

}  // namespace

std::string path_of(LetterAct act, std::string_view id) {
  const bool can_be = !id.empty() && id.size() <= kIdBytesMax &&
                      std::all_of(id.begin(), id.end(), is_letter_or_digit);
  return can_be ? str_cat(kFolder, id, "/", word_of(act)) : "";
}

http::Response no_such_letter() {
  return http::error_response(404, "not_found", "there is no dead letter with this id");
}

Result<std::vector<Act>> dead_letter_acts(const queue::ConsumerOptions& options,
                                          const Clock& clock) {
  auto made = queue::make_dead_letter_box(options, clock);
  if (!made) return fail(made.error());
  const std::shared_ptr<queue::DeadLetterBox> box = std::move(*made);
  const auto path = [](LetterAct act) { return str_cat(kFolder, "{}/", word_of(act)); };
  std::vector<Act> acts;
  acts.push_back({http::Method::kPost, path(LetterAct::kRetry),
                  [box](std::string_view id, std::string_view /*body*/) {
                    return answer_of(box->retry(id), "retried", id);
                  }});
  acts.push_back({http::Method::kPost, path(LetterAct::kDelete),
                  [box](std::string_view id, std::string_view /*body*/) {
                    return answer_of(box->remove(id), "deleted", id);
                  }});
  return acts;
}

}  // namespace penstock::control
