#include "cli/import/run.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <unistd.h>

#include "app/program.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "cli/import/bookmark.h"
#include "cli/import/delivery.h"
#include "cli/shared/command.h"
#include "cli/text/format.h"
#include "event/record_json.h"
#include "files/folder.h"

namespace penstock::cli {
namespace {

constexpr std::uint64_t kFaultsShownMax = 10;
constexpr std::size_t kSamplesMax = 3;
constexpr std::int64_t kProgressUs = 500'000;
constexpr std::int64_t kBookmarkUs = 1'000'000;
constexpr double kWaitToldS = 10;

// Events of a dry run: a few are shown.
class Samples final : public adapter::RecordSink {
 public:
  bool add(const event::Record& record) override {
    if (count_++ >= kSamplesMax) return true;
    std::string json;
    event::append_record_json(record, json);
    print(str_cat(json, "\n"));
    return true;
  }

 private:
  std::size_t count_ = 0;
};

std::string plural(std::uint64_t count, const char* one) {
  return str_cat(count_text(count), " ", one, count == 1 ? "" : "s");
}

class Run final : private importing::ImportListener {
 public:
  // `config` for an import, nullptr for a dry run.
  Run(ImportRun run, const app::Config* config)
      : run_(std::move(run)), config_(config), shows_progress_(::isatty(STDERR_FILENO) != 0) {}

  int start() {
    if (config_ != nullptr) {
      auto delivery = Delivery::open(*config_, clock_, [this] { tell_progress(); });
      if (!delivery) {
        return failed(str_cat("the queue cannot be used: ", to_text(delivery.error())));
      }
      delivery_ = std::move(*delivery);
      find_bookmark();
    }
    adapter::RecordSink& sink =
        delivery_ ? static_cast<adapter::RecordSink&>(*delivery_) : samples_;
    importer_.emplace(*run_.format, run_.options, sink,
                      static_cast<importing::ImportListener&>(*this));
    begun_at_us_ = clock_.mono_us();
    bool is_whole = true;
    for (; file_ < run_.inputs.size() && !is_stopped_; ++file_) is_whole = take_file() && is_whole;
    if (!is_stopped_ && delivery_) keep(delivery_->finish());
    clear_progress();
    if (bookmark_ && !is_stopped_) bookmark_->remove();
    return tell_end(is_whole && !is_stopped_);
  }

 private:
  Input& input() { return run_.inputs[file_]; }

  void find_bookmark() {
    for (const Input& input : run_.inputs) {
      if (input.is_standard_input()) return;  // Nobody can say whether it is the same.
    }
    std::vector<std::string> command = {std::string(run_.format->name), run_.options.project,
                                        run_.options.format.format_string};
    for (const std::string& file : run_.files) command.push_back(absolute(file));
    bookmark_.emplace(config_->spool_path(), command);
    if (run_.begins_anew) return bookmark_->remove();
    const auto place = bookmark_->read();
    if (!place || place->file >= run_.inputs.size()) return;
    resumed_ = *place;
    file_ = place->file;
    std::fprintf(stderr, "goes on in %s behind row %s, where it was interrupted\n",
                 input().name().c_str(), count_text(place->rows).c_str());
  }

  static std::string absolute(const std::string& file) {
    char* const real = ::realpath(file.c_str(), nullptr);
    std::string path = real == nullptr ? file : real;
    std::free(real);
    return path;
  }

  // Whether all of it was read.
  bool take_file() {
    std::string problem;
    const bool is_resumed = resumed_.rows > 0 && resumed_.file == file_;
    if (!importer_->begin_file(is_resumed ? resumed_.rows : 0, problem)) return stop(problem);
    while (!is_stopped_) {
      const auto is_more = input().read([this](std::string_view bytes) { importer_->feed(bytes); });
      if (!is_more) {
        importer_->end_file();
        return tell(str_cat(input().name(), ": ", to_text(is_more.error()), ", behind row ",
                            count_text(file_rows_)));
      }
      if (!*is_more) break;
      if (importer_->is_hopeless()) {
        return tell(str_cat(input().name(), ": given up: its first ",
                            count_text(importing::kHopelessRows), " rows are not of format ",
                            run_.format->name));
      }
      tell_progress();
    }
    if (is_stopped_) return false;
    importer_->end_file();
    if (is_resumed && file_rows_ < resumed_.rows) return tell_changed();
    file_rows_ = 0;
    return true;
  }

  bool tell_changed() {
    return stop(str_cat(input().name(),
                        " is not as it was when the import was interrupted; --restart begins anew, "
                        "and what was imported stays once"));
  }

  bool tell(const std::string& problem) {
    clear_progress();
    failed(problem);
    file_rows_ = 0;
    return false;
  }
  bool stop(const std::string& problem) {
    tell(problem);
    is_stopped_ = true;
    return false;
  }

  // A failure of the queue's ends the import.
  void keep(const Result<void>& sent) {
    if (sent) return;
    stop(str_cat(to_text(sent.error()), "; the same command goes on from here"));
  }

  void on_fault(const importing::ImportFault& fault) override {
    if (importer_->counts().faults > kFaultsShownMax) return;
    clear_progress();
    failed(str_cat(input().name(), ": line ", fault.line, ": ", fault.problem));
  }

  void on_row_done(std::uint64_t row, std::string_view text) override {
    file_rows_ = row;
    if (is_stopped_) return;
    const bool is_last_of_resumed = row == resumed_.rows && resumed_.file == file_;
    if (is_last_of_resumed && hash64(text) != resumed_.row_hash) {
      tell_changed();
      return;
    }
    if (!delivery_ || is_last_of_resumed || !delivery_->is_full()) return;
    keep(delivery_->send());
    if (is_stopped_) return;
    // What was sent by the call before is durable now.
    if (bookmark_ && sent_ && clock_.mono_us() - bookmark_at_us_ >= kBookmarkUs) {
      static_cast<void>(bookmark_->write(*sent_));
      bookmark_at_us_ = clock_.mono_us();
    }
    sent_ = Place{file_, row, hash64(text)};
  }

  void tell_progress() {
    if (!shows_progress_ || file_ >= run_.inputs.size() ||
        clock_.mono_us() - told_at_us_ < kProgressUs)
      return;
    told_at_us_ = clock_.mono_us();
    const double seconds = static_cast<double>(told_at_us_ - begun_at_us_) / 1e6;
    const auto rows = importer_ ? importer_->counts().rows : 0;
    std::string line = str_cat("\r\x1b[K", input().name(), ": ", bytes_text(input().bytes_read()));
    if (const std::uint64_t all = input().bytes_all(); all > 0 && seconds > 0) {
      const double part = static_cast<double>(input().bytes_read()) /
                          static_cast<double>(std::max(all, std::uint64_t{1}));
      line += str_cat(" of ", bytes_text(all));
      if (part > 0.01 && part <= 1) {
        line += str_cat(", ", duration_text(seconds / part * (1 - part)), " to go");
      }
    }
    line += str_cat(", ", plural(rows, "row"), ", ",
                    rate_text(seconds > 0 ? static_cast<double>(rows) / seconds : 0));
    if (delivery_ && delivery_->waiting_s() > kWaitToldS) {
      line += "; waits for penstock-worker to store what is queued";
    }
    std::fputs(line.c_str(), stderr);
    is_line_open_ = true;
  }

  void clear_progress() {
    if (is_line_open_) std::fputs("\r\x1b[K", stderr);
    is_line_open_ = false;
  }

  int tell_end(bool is_whole) {
    const importing::ImportCounts& counts = importer_->counts();
    if (counts.faults > kFaultsShownMax) {
      failed(str_cat("and ", plural(counts.faults - kFaultsShownMax, "more fault")));
    }
    std::string text = str_cat(config_ != nullptr ? "imported " : "would import ",
                               plural(counts.events, "event"), " of ", plural(counts.rows, "row"));
    if (counts.events > 0) {
      text += ", from ";
      append_rfc3339(text, counts.first_ms);
      text += " to ";
      append_rfc3339(text, counts.last_ms);
    }
    text += '\n';
    if (counts.too_old > 0) {
      text += str_cat("left out: ", plural(counts.too_old, "event"),
                      " older than the store keeps (store.retention_days)\n");
    }
    if (counts.eventless > 0) {
      text += str_cat("left out: ", plural(counts.eventless, "row"), " that hold no event\n");
    }
    if (counts.faults > 0) text += str_cat("left out: ", plural(counts.faults, "fault"), "\n");
    if (!print(text)) return app::kExitFailed;
    const bool is_all_bad = counts.faults > 0 && counts.events == 0 && resumed_.rows == 0;
    return is_whole && !is_all_bad ? app::kExitDone : app::kExitFailed;
  }

  ImportRun run_;
  const app::Config* const config_;
  const bool shows_progress_;
  const SystemClock clock_;
  Samples samples_;
  std::unique_ptr<Delivery> delivery_;
  std::optional<Bookmark> bookmark_;
  std::optional<importing::Importer> importer_;
  std::size_t file_ = 0;
  std::uint64_t file_rows_ = 0;
  Place resumed_;
  std::optional<Place> sent_;  // Up to where the last batch went.
  bool is_stopped_ = false;
  bool is_line_open_ = false;
  std::int64_t begun_at_us_ = 0;
  std::int64_t told_at_us_ = 0;
  std::int64_t bookmark_at_us_ = 0;
};

}  // namespace

int import_into_queue(ImportRun run, const app::Config& config) {
  return Run(std::move(run), &config).start();
}

int import_dry(ImportRun run) { return Run(std::move(run), nullptr).start(); }

}  // namespace penstock::cli
