#include "cli/status/report.h"

#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "app/process/state_lock.h"
#include "app/program.h"
#include "base/clock.h"
#include "base/text.h"
#include "event/id.h"
#include "files/identity.h"
#include "queue/backend.h"
#include "queue/consumer.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

constexpr useconds_t kBetweenReadingsUs = 1'000'000;
// Of StatusReport::processes.
enum : std::size_t { kIngest, kWorker, kConsole };

// Of a folder's files, without those below it. Nullopt: there is no such folder.
std::optional<std::uint64_t> folder_bytes(const std::string& path) {
  std::error_code error;
  std::uint64_t bytes = 0;
  std::filesystem::directory_iterator it(path, error);
  if (error) return std::nullopt;
  for (const std::filesystem::directory_iterator end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const auto size = it->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

void ask_queue(const app::Config& config, const Clock& clock, StatusReport& report) {
  const queue::ConsumerOptions options = app::consumer_options(config);
  report.queue = queue::shown_url(options.queue.url).value_or("");
  if (report.queue.ends_with(':')) report.queue.pop_back();  // "spool:" names no place.
  // As their owners: see OwnerIdentity. Without the folder there is nothing to be careful of.
  const auto identity = files::OwnerIdentity::take(config.spool_path());
  auto inspector = queue::make_inspector(options, clock);
  if (!inspector) return;
  if (const auto state = (*inspector)->state()) {
    report.queue_depth = state->depth;
    report.queue_oldest_s = state->oldest_seconds;
  } else {
    report.queue_error = to_text(state.error());
  }
  if (const auto dead = (*inspector)->dead_letters()) report.dead_letters = *dead;
  if (auto warnings = (*inspector)->warnings()) report.queue_warnings = std::move(*warnings);
}

void ask_store(const app::Config& config, const Clock& clock, StatusReport& report) {
  // The worker's own figure is as old as its last look; a store elsewhere has none but that.
  const auto bytes = folder_bytes(config.store_path());
  if (!bytes) return;
  report.store_bytes = bytes;
  const auto identity = files::OwnerIdentity::take(config.store_path());
  const auto queries = store::open_queries(config.store_path());
  if (!queries) return;
  store::StoreOptions options;
  options.path = config.store_path();
  options.retention_days = static_cast<std::uint32_t>(config.store.retention_days);
  options.bytes_max = static_cast<std::uint64_t>(config.store.max_bytes);
  report.outlook = store::forecast_store(options, clock);
  const std::int64_t today = event::start_of_day(clock.wall_ms());
  const auto summary = (*queries)->summary({today, today + kDayMs}, store::Filter());
  if (summary) report.events_today = summary->events;
}

// Rates are the difference of two readings.
void fill_from_metrics(const Clock& clock, StatusReport& report) {
  const auto read = [&](std::size_t process) {
    app::Metrics metrics = app::metrics_of(report.processes[process]);
    report.processes[process].version = metrics.label("penstock_build_info", "version");
    return metrics;
  };
  const std::int64_t start_us = clock.mono_us();
  const app::Totals before = app::totals_of(read(kIngest), read(kWorker));
  usleep(kBetweenReadingsUs);
  static_cast<app::Totals&>(report) = app::totals_of(read(kIngest), read(kWorker));
  const double seconds = static_cast<double>(clock.mono_us() - start_us) / 1e6;
  report.received_per_s = app::rate_of(before.received(), report.received(), seconds);
  report.stored_per_s = app::rate_of(before.stored, report.stored, seconds);
  read(kConsole);
}

}  // namespace

bool StatusReport::is_anything_running() const {
  return std::any_of(processes.begin(), processes.end(),
                     [](const app::ProcessReport& process) { return process.is_running; });
}

StatusReport gather_status(const app::Config& config) {
  const SystemClock clock;
  StatusReport report;
  report.state_dir = config.state_dir;
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    report.processes.push_back(app::find_process(config.state_dir, program));
  }
  if (report.is_anything_running()) fill_from_metrics(clock, report);

  if (!report.spool_bytes) report.spool_bytes = folder_bytes(config.spool_path());
  ask_queue(config, clock, report);
  if (report.queue == "spool") report.is_redis_up.reset();
  ask_store(config, clock, report);
  return report;
}

}  // namespace penstock::cli
