#include "cli/status/status.h"

#include <CLI/CLI.hpp>

#include "cli/status/report.h"

namespace penstock::cli {
namespace {

int show(const app::Config& config, bool is_json) {
  const StatusReport report = gather_status(config);
  std::string out;
  if (is_json) {
    append_status_json(report, out);
  } else {
    append_status_text(report, out);
  }
  print(out);
  // What may not be looked into is a "?" above, and the reason here.
  const bool is_whole = is_readable_or_absent("the spool", config.spool_path()) &&
                        is_readable_or_absent("the store", config.store_path());
  return is_whole && report.is_anything_running() ? app::kExitDone : app::kExitFailed;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "status",
                            "Show processes, rates, queue, spool and store; 1 if nothing runs");
  const auto is_json = std::make_shared<bool>(false);
  verb->add_flag("--json", *is_json, "One JSON object");
  verb->callback([&context, is_json] {
    context.action = [is_json](const app::Config& config) {
      return in_state(config, [&] { return show(config, *is_json); });
    };
  });
}

}  // namespace penstock::cli
