#include "cli/verb/asked_letters.h"

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "app/process/run_file.h"
#include "app/program.h"
#include "control/dead_letters.h"

namespace penstock::cli {
namespace {

constexpr std::chrono::seconds kDeadline{60};
constexpr std::size_t kPageLetters = 100;

constexpr auto kIsAny = [](const queue::StoredLetter& /*letter*/) { return true; };

Result<bool> ask(const control::Client& worker, control::LetterAct act, std::string_view id,
                 std::string_view body = "") {
  const std::string path = control::path_of(act, id);
  if (path.empty()) return false;
  const auto answer = worker.ask(http::Method::kPost, path, body);
  if (!answer) return fail(answer.error());
  if (answer->status == 200) return true;
  if (answer->status == 404) return false;
  return fail(ErrorCode::kOverloaded, "have it done by the worker, whose log says why not");
}

}  // namespace

Result<bool> AskedLetters::retry(std::string_view id) {
  return ask(worker_, control::LetterAct::kRetry, id);
}

Result<bool> AskedLetters::retry_as(std::string_view id, std::string_view message) {
  return ask(worker_, control::LetterAct::kEdit, id, control::edit_body(message));
}

Result<bool> AskedLetters::remove(std::string_view id) {
  return ask(worker_, control::LetterAct::kDelete, id);
}

// All ids first: what is retried may come back as another letter.
Result<std::uint64_t> AskedLetters::act_on_those(queue::IsMeant is_meant, Act act) {
  std::vector<std::string> ids;
  std::string cursor;
  do {
    auto page = box_->list(kPageLetters, cursor);
    if (!page) return fail(page.error());
    for (const queue::StoredLetter& letter : page->letters) {
      if (is_meant(letter)) ids.push_back(letter.id);
    }
    cursor = std::move(page->next);
  } while (!cursor.empty());
  std::uint64_t count = 0;
  for (const std::string& id : ids) {
    const auto is_done = (this->*act)(id);
    if (!is_done) return fail(is_done.error());
    count += *is_done ? 1 : 0;
  }
  return count;
}

Result<std::uint64_t> AskedLetters::retry_those(queue::IsMeant is_meant) {
  return act_on_those(is_meant, &AskedLetters::retry);
}

Result<std::uint64_t> AskedLetters::remove_those(queue::IsMeant is_meant) {
  return act_on_those(is_meant, &AskedLetters::remove);
}

Result<std::uint64_t> AskedLetters::retry_all() {
  return act_on_those(kIsAny, &AskedLetters::retry);
}

Result<std::uint64_t> AskedLetters::purge() { return act_on_those(kIsAny, &AskedLetters::remove); }

Result<std::unique_ptr<queue::DeadLetterBox>> letters_to_change(const app::Config& config,
                                                                const Clock& clock) {
  auto box = queue::make_dead_letter_box(app::consumer_options(config), clock);
  const bool is_his =
      ::geteuid() == 0 || ::access(config.spool_path().c_str(), W_OK) == 0 || errno != EACCES;
  if (!box || is_his) return box;
  return std::unique_ptr<queue::DeadLetterBox>(std::make_unique<AskedLetters>(
      *std::move(box), control::Client(app::control_address(config), kDeadline)));
}

}  // namespace penstock::cli
