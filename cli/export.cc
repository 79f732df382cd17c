#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/csv.h"
#include "store/backends.h"
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
};

// Standard output, or a file that appears under its name only when it is whole.
class Output {
 public:
  explicit Output(std::string path) : path_(std::move(path)) {
    if (path_ == "-") {
      file_ = stdout;
      return;
    }
    // Events are private: nobody but the caller reads them unless he says so.
    const int descriptor = ::open(draft().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor >= 0) file_ = fdopen(descriptor, "wb");
  }
  ~Output() {
    if (file_ == nullptr || file_ == stdout) return;
    std::fclose(file_);
    unlink(draft().c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool is_open() const { return file_ != nullptr; }

  bool write(std::string& text) {
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    text.clear();
    return is_written;
  }

  bool finish() {
    if (std::fflush(file_) != 0) return false;
    if (file_ == stdout) return true;
    const bool is_closed = fsync(fileno(file_)) == 0 && std::fclose(file_) == 0;
    file_ = nullptr;
    return is_closed && std::rename(draft().c_str(), path_.c_str()) == 0;
  }

 private:
  std::string draft() const { return path_ + ".part"; }

  std::string path_;
  std::FILE* file_ = nullptr;
};

// A time or a date; `fallback` for none. Nullopt: neither.
std::optional<std::int64_t> time_of(const std::string& text, std::int64_t fallback) {
  return text.empty() ? fallback : parse_rfc3339(text);
}

int write_range(const ExportArguments& arguments, const store::Range& range,
                store::Queries& queries) {
  Output output(arguments.output);
  const auto cannot_write = [&] {
    return failed(str_cat("cannot write ", arguments.output, ": ", std::strerror(errno)));
  };
  if (!output.is_open()) return cannot_write();

  const bool is_csv = arguments.format == "csv";
  store::Filter filter;
  filter.project = arguments.project;
  bool is_writable = true;
  std::string text;
  if (is_csv) append_csv_header(text);
  const auto scanned = queries.scan(range, filter, [&](const event::Row& row) {
    if (is_csv) {
      append_csv_row(row, text);
    } else {
      store::append_row_json(row, text);
      text += '\n';
    }
    if (text.size() >= kWriteBytes) is_writable = output.write(text);
    return is_writable;
  });
  if (!scanned) return failed(str_cat("the store cannot be read: ", to_text(scanned.error())));
  if (!is_writable || !output.write(text) || !output.finish()) return cannot_write();
  if (queries.missing_days().empty()) return app::kExitDone;
  std::string days;
  for (const std::int64_t day_ms : queries.missing_days()) {
    days += str_cat(days.empty() ? "" : ", ", day_text(day_ms));
  }
  return failed(str_cat("written without what cannot be read: ", days));
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
  auto queries = store::open_queries(config.store_path());
  if (!queries) {
    return failed(str_cat("the store ", config.store_path(),
                          " cannot be opened: ", to_text(queries.error())));
  }
  return write_range(arguments, {*from, *to}, **queries);
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
  verb->add_option("--output", arguments->output, "Where to (default: standard output)")
      ->type_name("FILE");
  verb->callback([&context, arguments] {
    context.action = [arguments](const app::Config& config) {
      return export_events(*arguments, config);
    };
  });
}

}  // namespace penstock::cli
