// What `penstock status` shows, gathered from run files, the programs' metrics, the queue and the
// store. Works with any of them missing: what is not known is nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/config.h"
#include "cli/status/metrics_reader.h"
#include "store/contract/forecast.h"

namespace penstock::cli {

struct ProcessReport {
  std::string program;
  bool is_running = false;
  bool is_ready = false;
  std::vector<std::string> not_ready;  // Why, in sentences.
  std::int64_t pid = 0;
  std::string version;
  double uptime_s = 0;
  std::uint64_t rss_bytes = 0;
  std::vector<std::string> listen;
  std::vector<std::string> tls_listen;
  std::string admin;
};

struct StatusReport {
  // By a label's value; what counts nothing is left out.
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

  std::string state_dir;
  std::vector<ProcessReport> processes;  // Intake, worker, console.

  std::optional<double> received_per_s;
  std::optional<double> stored_per_s;
  std::optional<std::uint64_t> queued, spooled, rejected, refused, connections;
  Counts unknown_keys;     // Events by how keys that are in no list begin.
  Counts dropped, marked;  // Events by the reason of [traffic]'s rules.
  std::optional<std::uint64_t> stored, duplicates, dead;

  std::string queue;  // "spool" or Redis's address.
  std::optional<std::uint64_t> queue_depth, dead_letters;
  std::optional<double> queue_oldest_s;
  std::optional<bool> is_redis_up;
  std::string queue_error;                  // Why it cannot be looked into; "" where it can.
  std::vector<std::string> queue_warnings;  // By what it may lose events that were answered.
  std::optional<std::uint64_t> spool_bytes, spool_batches;
  std::optional<std::uint64_t> store_bytes, events_today;
  std::optional<store::Forecast> outlook;  // Of the store; nullopt where it is not there.

  bool is_anything_running() const;
};

// The reasons that a program's /readyz gives; none where `body` is something else.
std::vector<std::string> not_ready_reasons(std::string body);

// One program, by its run file and its admin port.
ProcessReport find_process(const app::Config& config, std::string_view program);

// Takes a second: rates are the difference of two readings.
StatusReport gather_status(const app::Config& config);

// The readings' part alone: fills what the intake's and the worker's metrics tell. `seconds` lie
// between the two readings.
struct Readings {
  Metrics ingest;
  Metrics worker;
};
void fill_from_metrics(StatusReport& report, const Readings& before, const Readings& after,
                       double seconds);

void append_status_text(const StatusReport& report, std::string& out);
void append_status_json(const StatusReport& report, std::string& out);

}  // namespace penstock::cli
