#include <cstdio>
#include <memory>
#include <string_view>

#include <CLI/CLI.hpp>

#include "app/process/run_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/shared/output.h"
#include "cli/verb/verb.h"
#include "store/backends.h"
#include "store/contract/row_csv.h"
#include "store/contract/row_json.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;

struct ExportArguments {
  std::string from;
  std::string to;
  std::string project;
  std::string format = "ndjson";
  std::string output = "-";
  bool is_for_excel = false;
};

// A time or a date; `fallback` for none. Nullopt: neither.
std::optional<std::int64_t> time_of(const std::string& text, std::int64_t fallback) {
  return text.empty() ? fallback : parse_rfc3339(text);
}

Result<void> write_rows(const ExportArguments& arguments, const store::Range& range,
                        store::Queries& queries, Output& output, bool& is_writable) {
  const bool is_csv = arguments.format == "csv";
  store::Filter filter;
  filter.project = arguments.project;
  std::string text;
  if (arguments.is_for_excel) text += store::kByteOrderMark;
  if (is_csv) store::append_csv_header(text);
  Result<void> written;
  const auto scanned = queries.scan(range, filter, [&](const event::Row& row) {
    if (is_csv) {
      store::append_csv_row(row, text);
    } else {
      store::append_row_json(row, text);
      text += '\n';
    }
    if (text.size() < kWriteBytes) return true;
    written = output.write(text);
    text.clear();
    return written.has_value();
  });
  if (!scanned) return fail(scanned.error());
  if (written) written = output.write(text);
  is_writable = written.has_value();
  return written;
}

// Days that were left out: "2026-11-24, 2026-11-25".
std::string missing_text(const store::Queries& queries) {
  std::string days;
  for (const std::int64_t day_ms : queries.missing_days()) {
    days += str_cat(days.empty() ? "" : ", ", day_text(day_ms));
  }
  return days;
}

int export_range(const ExportArguments& arguments, const store::Range& range,
                 const app::Config& config) {
  const auto cannot_write = [&](const Error& error) {
    return failed(str_cat("cannot write ", arguments.output, ": ", to_text(error)));
  };
  // The output is the caller's; the store is read as its folder's owner.
  auto output = Output::open(arguments.output);
  if (!output) return cannot_write(output.error());
  std::string missing;
  const int code = in_part(config, config.store_path(), [&] {
    const std::string place = config.store_path();
    if (!is_readable("the store", place, app::kWorkerProgram)) return app::kExitFailed;
    auto queries = store::open_queries(place);
    if (!queries) {
      return failed(str_cat("the store ", place, " cannot be opened: ", to_text(queries.error())));
    }
    bool is_writable = true;
    const auto written = write_rows(arguments, range, **queries, *output, is_writable);
    missing = missing_text(**queries);
    if (written) return app::kExitDone;
    if (!is_writable) return cannot_write(written.error());
    return failed(str_cat("the store ", place, " cannot be read: ", to_text(written.error())));
  });
  if (code != app::kExitDone) return code;
  if (const auto finished = output->finish(); !finished) return cannot_write(finished.error());
  if (missing.empty()) return app::kExitDone;
  return failed(str_cat("written without what cannot be read: ", missing));
}

int export_events(const ExportArguments& arguments, const app::Config& config) {
  const auto from = time_of(arguments.from, 0);
  // The intake believes no time further ahead than an hour; a day is room enough.
  const auto to = time_of(arguments.to, SystemClock().wall_ms() + kDayMs);
  if (!from || !to || *from > *to) {
    failed(
        "--from and --to take a date or a time such as 2026-11-24 or 2026-11-24T10:00:00Z, the "
        "earlier one first");
    return app::kExitUsage;
  }
  if (arguments.is_for_excel && arguments.format != "csv") {
    failed("--excel goes with --format csv");
    return app::kExitUsage;
  }
  return export_range(arguments, {*from, *to}, config);
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "export", "Write stored events as NDJSON or CSV");
  const auto arguments = std::make_shared<ExportArguments>();
  verb->add_option("--from", arguments->from, "First moment (default: the beginning)")
      ->type_name("TIME");
  verb->add_option("--to", arguments->to, "Moment before which to end (default: all)")
      ->type_name("TIME");
  verb->add_option("--project", arguments->project, "Events of this project only");
  verb->add_option("--format", arguments->format, "ndjson or csv (default: ndjson)")
      ->check(CLI::IsMember({"ndjson", "csv"}));
  verb->add_flag("--excel", arguments->is_for_excel,
                 "Begin the CSV with a byte order mark, so that Excel reads it as UTF-8");
  verb->add_option("--output", arguments->output, "Where to (default: standard output)")
      ->type_name("FILE");
  verb->callback([&context, arguments] {
    context.action = [arguments](const app::Config& config) {
      return export_events(*arguments, config);
    };
  });
}

}  // namespace penstock::cli
