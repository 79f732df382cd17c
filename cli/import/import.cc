#include "cli/import/import.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/config/retention_rules.h"
#include "app/process/run_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/import/run.h"
#include "cli/import/time_zone.h"
#include "event/id.h"
#include "event/limits.h"

namespace penstock::cli {
namespace {

struct ImportArguments {
  std::string format;
  std::vector<std::string> files;
  std::string project = "default";
  std::string format_string;
  std::string host;
  std::string time_zone;
  bool is_dry = false;
  bool begins_anew = false;
};

int misused(const std::string& what) {
  failed(what);
  return app::kExitUsage;
}

std::string format_list() {
  std::string list;
  for (const importing::Format& format : importing::formats()) {
    list += str_cat(list.empty() ? "" : ", ", format.name);
  }
  return list;
}

std::string footer() {
  std::string text = "Formats:\n";
  for (const importing::Format& format : importing::formats()) {
    text += str_cat("  ", format.name,
                    std::string(12 - std::min<std::size_t>(11, format.name.size()), ' '),
                    format.title, "\n");
  }
  return text;
}

// All are opened before anything is written, as whoever called.
Result<std::vector<Input>> open_all(const std::vector<std::string>& files, std::string& which) {
  std::vector<Input> inputs;
  for (const std::string& file : files) {
    auto input = Input::open(file);
    which = file;
    if (!input) return fail(input.error());
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

int import(const ImportArguments& arguments, const app::Config& config) {
  ImportRun run;
  run.format = importing::format_named(arguments.format);
  if (run.format == nullptr) {
    return misused(str_cat("there is no format ", arguments.format, "; there are ", format_list()));
  }
  if (arguments.project.empty() || arguments.project.size() > event::kProjectBytesMax) {
    return misused(str_cat("a project's name has 1 to ", event::kProjectBytesMax, " bytes"));
  }
  run.options.project = arguments.project;
  run.options.format.format_string = arguments.format_string;
  run.options.format.host = arguments.host;
  if (!arguments.time_zone.empty()) {
    const auto zone = TimeZone::named(arguments.time_zone);
    if (!zone) {
      return misused(str_cat("there is no time zone ", arguments.time_zone,
                             " here; a name such as Europe/Berlin, from package tzdata"));
    }
    run.options.format.to_utc = [zone = *zone](std::int64_t ms) { return zone.utc_of(ms); };
  }
  std::string problem;
  if (run.format->make(*run.format, run.options.format, problem) == nullptr) {
    return misused(str_cat("format ", run.format->name, ": ", problem));
  }
  run.options.now_ms = SystemClock().wall_ms();
  // What a rule of store.retain keeps for less the worker deletes.
  const std::uint32_t days = store::longest_days(
      app::retention_rules(config), static_cast<std::uint32_t>(config.store.retention_days));
  if (days > 0) {
    run.options.oldest_kept_ms =
        event::start_of_day(run.options.now_ms) - std::int64_t{days} * kDayMs;
  }
  auto inputs = open_all(arguments.files, problem);
  if (!inputs) return failed(str_cat("cannot read ", problem, ": ", to_text(inputs.error())));
  run.files = arguments.files;
  run.inputs = std::move(*inputs);
  run.is_dry = arguments.is_dry;
  run.begins_anew = arguments.begins_anew;
  if (run.is_dry) return import_dry(std::move(run));
  return in_part(config, config.spool_path(), [&] {
    const bool has_spool_alone = config.queue.url.starts_with("spool:");
    const bool is_usable = has_spool_alone
                               ? is_readable("the spool", config.spool_path(), app::kIngestProgram)
                               : is_readable_or_absent("the spool", config.spool_path());
    return is_usable ? import_into_queue(std::move(run), config) : app::kExitFailed;
  });
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "import", "Take history from exports and access logs");
  const auto arguments = std::make_shared<ImportArguments>();
  verb->add_option("FORMAT", arguments->format, "What the files are, as listed below")->required();
  verb->add_option("FILE", arguments->files,
                   "Files, also packed by gzip or zstd (\"-\": standard input)")
      ->required();
  verb->add_option("--project", arguments->project, "The events' project (default: default)");
  verb->add_option("--format-string", arguments->format_string,
                   "Of an access log: nginx's log_format, Apache's LogFormat or GoAccess's");
  verb->add_option("--host", arguments->host, "Of an access log that does not name it");
  verb->add_option("--timezone", arguments->time_zone,
                   "Of times that say none, such as Europe/Berlin (default: UTC)")
      ->type_name("ZONE");
  verb->add_flag("--dry-run", arguments->is_dry,
                 "Count, show faults and a few events, and write nothing");
  verb->add_flag("--restart", arguments->begins_anew,
                 "Begin with the first row, wherever an import before was interrupted");
  verb->footer(footer());
  verb->callback([&context, arguments] {
    context.action = [arguments](const app::Config& config) { return import(*arguments, config); };
  });
}

}  // namespace penstock::cli
