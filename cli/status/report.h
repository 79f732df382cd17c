// What `penstock status` shows, gathered from run files, the programs' metrics, the queue and the
// store. Works with any of them missing: what is not known is nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/status/process_report.h"
#include "app/status/totals.h"
#include "store/contract/forecast.h"

namespace penstock::cli {

struct StatusReport : app::Totals {
  std::string state_dir;
  std::vector<app::ProcessReport> processes;  // Intake, worker, console.

  std::optional<double> received_per_s;
  std::optional<double> stored_per_s;

  std::string queue;  // "spool" or Redis's address.
  std::optional<std::uint64_t> queue_depth, dead_letters;
  std::optional<double> queue_oldest_s;
  std::string queue_error;                  // Why it cannot be looked into; "" where it can.
  std::vector<std::string> queue_warnings;  // By what it may lose events that were answered.
  std::optional<std::uint64_t> events_today;
  std::optional<store::Forecast> outlook;  // Of the store; nullopt where it is not there.

  bool is_anything_running() const;
};

// Takes a second: rates are the difference of two readings.
StatusReport gather_status(const app::Config& config);

void append_status_text(const StatusReport& report, std::string& out);
void append_status_json(const StatusReport& report, std::string& out);

}  // namespace penstock::cli
