#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "app/process/run_file.h"
#include "app/program.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/text/format.h"
#include "cli/text/queue_text.h"
#include "cli/text/row_text.h"
#include "cli/verb/asked_letters.h"
#include "cli/verb/verb.h"
#include "queue/consumer.h"
#include "queue/dead_letter_box.h"

namespace penstock::cli {
namespace {

constexpr std::uint64_t kCountDefault = 20;
constexpr std::uint64_t kPeekMax = 10'000;
constexpr std::uint64_t kLettersMax = 30'000;  // As many as three full places hold.
constexpr std::size_t kPeekBytesMax = 64 << 20;
constexpr std::size_t kPageLetters = 100;

struct QueueArguments {
  std::uint64_t count = kCountDefault;
  bool is_json = false;
  bool is_all = false;
  bool is_yes = false;
  std::vector<std::string> ids;
};

int cannot(const char* what, const app::Config& config, const Error& error) {
  const std::string place = config.queue.url == "spool:"
                                ? str_cat("the spool ", config.spool_path())
                                : std::string("the queue in Redis");
  return failed(str_cat(what, ": ", place, ": ", to_text(error)));
}

int peek(const QueueArguments& arguments, const app::Config& config) {
  const SystemClock clock;
  auto inspector = queue::make_inspector(app::consumer_options(config), clock);
  if (!inspector) return cannot("cannot look into the queue", config, inspector.error());
  const auto waiting = (*inspector)->peek(arguments.count, kPeekBytesMax);
  if (!waiting) return cannot("cannot look into the queue", config, waiting.error());
  std::string out;
  for (const queue::WaitingMessage& message : *waiting) {
    if (arguments.is_json) {
      append_message_json(message, clock.wall_ms(), out);
      out += '\n';
    } else {
      append_message_text(message, clock.wall_ms(), out);
    }
  }
  print(out);
  const auto state = (*inspector)->state();
  if (!state || arguments.is_json) return app::kExitDone;
  std::fprintf(stderr, "%s of %s waiting messages\n", count_text(waiting->size()).c_str(),
               count_text(std::max<std::uint64_t>(state->depth, waiting->size())).c_str());
  return app::kExitDone;
}

int dead(const QueueArguments& arguments, const app::Config& config) {
  const SystemClock clock;
  const auto box = queue::make_dead_letter_box(app::consumer_options(config), clock);
  if (!box) return cannot("cannot read the dead letters", config, box.error());
  std::uint64_t shown = 0;
  std::string cursor;
  do {
    const auto left = static_cast<std::size_t>(arguments.count - shown);
    const auto page = (*box)->list(std::min(left, kPageLetters), cursor);
    if (!page) return cannot("cannot read the dead letters", config, page.error());
    std::string out;
    for (const queue::StoredLetter& letter : page->letters) {
      if (arguments.is_json) {
        append_letter_json(letter, clock.wall_ms(), out);
        out += '\n';
      } else {
        append_letter_text(letter, out);
      }
    }
    shown += page->letters.size();
    cursor = page->next;
    if (!print(out)) return app::kExitFailed;
  } while (!cursor.empty() && shown < arguments.count);
  if (arguments.is_json) return app::kExitDone;
  const auto total = (*box)->count();
  if (!total) return cannot("cannot count the dead letters", config, total.error());
  std::fprintf(stderr, "%s of %s dead letters\n", count_text(shown).c_str(),
               count_text(std::max(*total, shown)).c_str());
  return app::kExitDone;
}

// Does it for each id; those that there are not are told, and make the command fail.
int act_on_each(const QueueArguments& arguments, const app::Config& config,
                queue::DeadLetterBox& box, const char* cannot_what, const char* done,
                Result<bool> (queue::DeadLetterBox::*act)(std::string_view id)) {
  int code = app::kExitDone;
  for (const std::string& id : arguments.ids) {
    const auto is_done = (box.*act)(id);
    if (!is_done) return cannot(cannot_what, config, is_done.error());
    if (*is_done) {
      print(str_cat(done, " ", id, "\n"));
    } else {
      code = failed(str_cat("no dead letter ", for_terminal(utf8_prefix(id, 80)),
                            "; `penstock queue dead` shows them"));
    }
  }
  return code;
}

int act_on_all(const app::Config& config, queue::DeadLetterBox& box, const char* cannot_what,
               const char* done, Result<std::uint64_t> (queue::DeadLetterBox::*act)()) {
  const auto count = (box.*act)();
  if (!count) return cannot(cannot_what, config, count.error());
  print(str_cat(done, " ", count_text(*count), *count == 1 ? " dead letter\n" : " dead letters\n"));
  if (const auto left = box.count(); left && *left > 0) {
    std::fprintf(stderr, "still there: %s, come meanwhile%s\n", count_text(*left).c_str(),
                 config.queue.format == "sidekiq" ? " or jobs of other queues" : "");
  }
  return app::kExitDone;
}

// Whether the arguments say what is meant; false with a sentence.
bool names_some_or_all(const QueueArguments& arguments) {
  if (arguments.is_all != arguments.ids.empty()) {
    failed("name the dead letters by their ids, or say --all");
    return false;
  }
  return true;
}

bool means_all(const QueueArguments& arguments) {
  if (!names_some_or_all(arguments)) return false;
  if (arguments.is_all && !arguments.is_yes && isatty(STDIN_FILENO) == 0) {
    failed("--all deletes every dead letter for good: say --yes too");
    return false;
  }
  return true;
}

bool always(const QueueArguments& /*unused*/) { return true; }

int retry(const QueueArguments& arguments, const app::Config& config) {
  const SystemClock clock;
  const auto box = letters_to_change(config, clock);
  constexpr const char* kCannot = "cannot put a dead letter back into the queue";
  if (!box) return cannot(kCannot, config, box.error());
  if (arguments.is_all) {
    return act_on_all(config, **box, kCannot, "retried", &queue::DeadLetterBox::retry_all);
  }
  return act_on_each(arguments, config, **box, kCannot, "retried", &queue::DeadLetterBox::retry);
}

bool says_yes(std::uint64_t count) {
  std::fprintf(stderr, "Delete %s for good? [y/N] ",
               count == 1 ? "1 dead letter" : str_cat(count_text(count), " dead letters").c_str());
  std::fflush(stderr);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

int purge(const QueueArguments& arguments, const app::Config& config) {
  const SystemClock clock;
  const auto box = letters_to_change(config, clock);
  constexpr const char* kCannot = "cannot delete a dead letter";
  if (!box) return cannot(kCannot, config, box.error());
  if (!arguments.is_all) {
    return act_on_each(arguments, config, **box, kCannot, "deleted", &queue::DeadLetterBox::remove);
  }
  if (!arguments.is_yes) {
    const auto count = (*box)->count();
    if (!count) return cannot(kCannot, config, count.error());
    if (!says_yes(*count)) return failed("nothing was deleted");
  }
  return act_on_all(config, **box, kCannot, "deleted", &queue::DeadLetterBox::purge);
}

using Action = int (*)(const QueueArguments& arguments, const app::Config& config);
using Check = bool (*)(const QueueArguments& arguments);

CLI::App* add_action(CLI::App& verb, Context& context,
                     const std::shared_ptr<QueueArguments>& arguments, const std::string& name,
                     const std::string& description, Action action, Check check = always) {
  CLI::App* sub = add_verb(verb, context, name, description);
  sub->callback([&context, arguments, action, check] {
    context.action = [arguments, action, check](const app::Config& config) {
      if (!check(*arguments)) return app::kExitUsage;
      return in_part(config, config.spool_path(), [&] {
        const bool may_be_absent = !config.queue.url.starts_with("spool:");
        const bool is_usable =
            may_be_absent ? is_readable_or_absent("the spool", config.spool_path())
                          : is_readable("the spool", config.spool_path(), app::kIngestProgram);
        if (!is_usable) return app::kExitFailed;
        return action(*arguments, config);
      });
    };
  });
  return sub;
}

}  // namespace

void add_queue(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "queue", "What waits to be stored, and what failed");
  verb->require_subcommand(1);
  const auto arguments = std::make_shared<QueueArguments>();

  CLI::App* look = add_action(*verb, context, arguments, "peek",
                              "Show the oldest waiting messages without taking them", peek);
  look->add_option("--count", arguments->count, "Messages at most (default: 20)")
      ->check(CLI::Range(std::uint64_t{1}, kPeekMax));
  look->add_flag("--json", arguments->is_json, "One JSON object a line, with the whole events");

  CLI::App* list = add_action(*verb, context, arguments, "dead",
                              "Show messages that could not be stored, newest first", dead);
  list->add_option("--count", arguments->count, "Dead letters at most (default: 20)")
      ->check(CLI::Range(std::uint64_t{1}, kLettersMax));
  list->add_flag("--json", arguments->is_json, "One JSON object a line, with the whole message");

  CLI::App* again =
      add_action(*verb, context, arguments, "retry",
                 "Put dead letters back at the end of the queue", retry, names_some_or_all);
  again->add_option("ID", arguments->ids, "Ids, as dead shows them");
  again->add_flag("--all", arguments->is_all, "All of them");

  CLI::App* forget = add_action(*verb, context, arguments, "purge",
                                "Delete dead letters for good; never what waits", purge, means_all);
  forget->add_option("ID", arguments->ids, "Ids, as dead shows them");
  forget->add_flag("--all", arguments->is_all, "All of them");
  forget->add_flag("--yes", arguments->is_yes, "Do not ask whether all are meant");
}

}  // namespace penstock::cli
