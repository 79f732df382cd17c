#include <csignal>
#include <cstdio>
#include <set>

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/text/row_text.h"
#include "cli/verb/verb.h"
#include "store/backends.h"
#include "store/contract/row_json.h"

namespace penstock::cli {
namespace {

constexpr int kPollMs = 200;
constexpr std::uint32_t kRowsAPoll = 1'000;

struct TailArguments {
  bool is_json = false;
  std::uint64_t count = 0;  // 0: for ever.
};

volatile std::sig_atomic_t is_over = 0;

// Without SA_RESTART, so that the wait between two polls ends at once.
void end_by(int signal_number) {
  struct sigaction action {};
  action.sa_handler = [](int /*unused*/) { is_over = 1; };
  sigaction(signal_number, &action, nullptr);
}

// Waits for the next look, or until whoever reads this has gone: then there is nobody to tell.
bool waits_for_reader() {
  pollfd reader{STDOUT_FILENO, 0, 0};
  if (poll(&reader, 1, kPollMs) <= 0) return true;
  return (reader.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
}

// Of each day once.
void tell_missing(const store::Queries& queries, std::set<std::int64_t>& told) {
  for (const std::int64_t day_ms : queries.missing_days()) {
    if (!told.insert(day_ms).second) continue;
    std::fprintf(stderr, "penstock: events of %s are left out: its file cannot be read whole\n",
                 day_text(day_ms).c_str());
  }
}

int tail(const TailArguments& arguments, const app::Config& config) {
  if (!is_readable_or_absent("the store", config.store_path())) return app::kExitFailed;
  if (is_absent(config.store_path())) {
    std::fprintf(stderr, "Nothing is stored: %s is not there yet. Waiting for penstock-worker.\n",
                 config.store_path().c_str());
  }
  auto queries = store::open_queries(config.store_path());
  if (!queries) {
    return failed(str_cat("the store ", config.store_path(),
                          " cannot be opened: ", to_text(queries.error())));
  }
  end_by(SIGINT);
  end_by(SIGTERM);
  std::string position;
  std::uint64_t shown = 0;
  std::set<std::int64_t> told;
  while (is_over == 0) {
    std::string out;
    const auto next = (*queries)->follow(position, kRowsAPoll, [&](const event::Row& row) {
      if (arguments.is_json) {
        store::append_row_json(row, out);
      } else {
        append_row_line(row, out);
      }
      out += '\n';
      ++shown;
      return arguments.count == 0 || shown < arguments.count;
    });
    tell_missing(**queries, told);
    if (!next) return failed(str_cat("the store cannot be read: ", to_text(next.error())));
    const bool is_behind = !out.empty();
    position = *next;
    if (!print(out)) return app::kExitFailed;
    if (arguments.count > 0 && shown >= arguments.count) return app::kExitDone;
    if (!is_behind && !waits_for_reader()) return app::kExitDone;
  }
  return app::kExitDone;
}

}  // namespace

void add_tail(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "tail", "Show events as they are stored");
  const auto arguments = std::make_shared<TailArguments>();
  verb->add_flag("--json", arguments->is_json, "One JSON object a line");
  verb->add_option("--count", arguments->count, "Stop after so many events")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
  verb->callback([&context, arguments] {
    context.action = [arguments](const app::Config& config) {
      return in_part(config, config.store_path(), [&] { return tail(*arguments, config); });
    };
  });
}

}  // namespace penstock::cli
