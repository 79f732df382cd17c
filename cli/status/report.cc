#include "cli/status/report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <unistd.h>

#include "app/process/state_lock.h"
#include "app/program.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/shared/http_client.h"
#include "cli/status/process_info.h"
#include "event/id.h"
#include "files/identity.h"
#include "json/reader.h"
#include "queue/backend.h"
#include "queue/consumer.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kAnswerMs = 2'000;
constexpr useconds_t kBetweenReadingsUs = 1'000'000;

constexpr std::string_view kIngestEvents = "penstock_ingest_events_total";
constexpr std::string_view kWorkerEvents = "penstock_worker_events_total";

std::optional<std::uint64_t> whole(std::optional<double> number) {
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*number));
}

Metrics metrics_of(const ProcessReport& process) {
  if (!process.is_running || process.admin.empty()) return {};
  const auto answer = http_get(process.admin, "/metrics", kAnswerMs);
  return answer && answer->status == 200 ? Metrics(answer->body) : Metrics();
}

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

// Nullopt where either reading lacks it, and after a restart between the two.
std::optional<double> rate(std::optional<double> before, std::optional<double> after,
                           double seconds) {
  if (!before || !after || *after < *before || seconds <= 0) return std::nullopt;
  return (*after - *before) / seconds;
}

StatusReport::Counts counted_by(const Metrics& metrics, std::string_view family,
                                std::string_view label) {
  StatusReport::Counts counts;
  for (const auto& [value, count] : metrics.by_label(family, label)) {
    const std::uint64_t events = whole(count).value_or(0);
    if (events > 0) counts.emplace_back(value, events);
  }
  return counts;
}

std::optional<double> accepted(const Metrics& ingest) {
  const auto queued = ingest.sum(kIngestEvents, "outcome", "queued");
  const auto spooled = ingest.sum(kIngestEvents, "outcome", "spooled");
  if (!queued && !spooled) return std::nullopt;
  return queued.value_or(0) + spooled.value_or(0);
}

}  // namespace

ProcessReport find_process(const app::Config& config, std::string_view program) {
  ProcessReport report;
  report.program = program;
  const auto file = app::find_running(config.state_dir, program);
  if (!file) return report;
  report.is_running = true;
  report.pid = file->pid;
  report.listen = file->listen;
  report.tls_listen = file->tls_listen;
  report.admin = file->admin;
  if (const auto info = process_info(file->pid)) {
    report.uptime_s = info->uptime_s;
    report.rss_bytes = info->rss_bytes;
  }
  if (file->is_newer()) {
    report.not_ready = {str_cat("its run file is of version ", file->version,
                                " and this penstock knows ", app::kRunFileVersion,
                                ": ask the penstock of the version that runs")};
  }
  if (report.admin.empty()) return report;
  const auto ready = http_get(report.admin, "/readyz", kAnswerMs);
  report.is_ready = ready && ready->status == 200;
  if (ready && !report.is_ready) report.not_ready = not_ready_reasons(ready->body);
  return report;
}

std::vector<std::string> not_ready_reasons(std::string body) {
  reserve_padding(body);
  std::vector<std::string> reasons;
  json::Reader reader;
  const auto is_read = reader.read(body, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "reasons") return {};
      return value.elements([&](json::Value& element) -> Result<void> {
        const auto reason = element.string();
        if (!reason) return fail(reason.error());
        reasons.emplace_back(*reason);
        return {};
      });
    });
  });
  return is_read ? reasons : std::vector<std::string>();
}

bool StatusReport::is_anything_running() const {
  return std::any_of(processes.begin(), processes.end(),
                     [](const ProcessReport& process) { return process.is_running; });
}

void fill_from_metrics(StatusReport& report, const Readings& before, const Readings& after,
                       double seconds) {
  const Metrics& ingest = after.ingest;
  const Metrics& worker = after.worker;
  report.received_per_s = rate(accepted(before.ingest), accepted(ingest), seconds);
  report.stored_per_s = rate(before.worker.sum(kWorkerEvents, "outcome", "stored"),
                             worker.sum(kWorkerEvents, "outcome", "stored"), seconds);
  report.queued = whole(ingest.sum(kIngestEvents, "outcome", "queued"));
  report.spooled = whole(ingest.sum(kIngestEvents, "outcome", "spooled"));
  report.rejected = whole(ingest.sum(kIngestEvents, "outcome", "rejected"));
  report.refused = whole(ingest.sum(kIngestEvents, "outcome", "refused"));
  report.connections = whole(ingest.sum("penstock_ingest_connections"));
  report.unknown_keys = counted_by(ingest, "penstock_ingest_unknown_keys_total", "prefix");
  report.dropped = counted_by(ingest, "penstock_ingest_dropped_total", "reason");
  report.marked = counted_by(ingest, "penstock_ingest_marked_total", "reason");
  report.spool_bytes = whole(ingest.sum("penstock_spool_bytes"));
  report.spool_batches = whole(ingest.sum("penstock_spool_batches"));
  report.stored = whole(worker.sum(kWorkerEvents, "outcome", "stored"));
  report.duplicates = whole(worker.sum(kWorkerEvents, "outcome", "duplicate"));
  report.dead = whole(worker.sum(kWorkerEvents, "outcome", "dead"));
  report.store_bytes = whole(worker.sum("penstock_store_bytes"));
  if (const auto up = ingest.sum("penstock_redis_up")) report.is_redis_up = *up > 0;
}

StatusReport gather_status(const app::Config& config) {
  const SystemClock clock;
  StatusReport report;
  report.state_dir = config.state_dir;
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    report.processes.push_back(find_process(config, program));
  }
  const ProcessReport& ingest = report.processes[0];
  const ProcessReport& worker = report.processes[1];
  if (ingest.is_running || worker.is_running) {
    const std::int64_t start_us = clock.mono_us();
    const Readings before{metrics_of(ingest), metrics_of(worker)};
    usleep(kBetweenReadingsUs);
    const Readings after{metrics_of(ingest), metrics_of(worker)};
    const double seconds = static_cast<double>(clock.mono_us() - start_us) / 1e6;
    fill_from_metrics(report, before, after, seconds);
    report.processes[0].version = after.ingest.label("penstock_build_info", "version");
    report.processes[1].version = after.worker.label("penstock_build_info", "version");
  }
  report.processes[2].version =
      metrics_of(report.processes[2]).label("penstock_build_info", "version");

  if (!report.spool_bytes) report.spool_bytes = folder_bytes(config.spool_path());
  ask_queue(config, clock, report);
  if (report.queue == "spool") report.is_redis_up.reset();
  ask_store(config, clock, report);
  return report;
}

}  // namespace penstock::cli
