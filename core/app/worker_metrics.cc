#include "app/worker_metrics.h"

#include <cmath>

#include "app/config/version.h"
#include "app/process/run_file.h"
#include "base/text.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

double number(const Counter& counter) { return static_cast<double>(counter.value()); }

}  // namespace

void append_worker_metrics(std::string& out, const worker::PipelineCounters& counters,
                           std::span<const std::string> rules, std::size_t bad_days,
                           const server::ServerCounters& control) {
  server::MetricsWriter metrics(out);
  metrics.family("penstock_worker_events_total", "counter",
                 "Events that the worker has done with, by what became of them.");
  metrics.sample({{"outcome", "stored"}}, number(counters.stored));
  metrics.sample({{"outcome", "duplicate"}}, number(counters.duplicates));
  metrics.sample({{"outcome", "dead"}}, number(counters.dead));
  metrics.family("penstock_worker_batches_total", "counter", "Claims stored and released.");
  metrics.sample(number(counters.batches));
  metrics.family("penstock_worker_user_agents_unjudged_total", "counter",
                 "New user agents that a batch had no time for: stored without a browser.");
  metrics.sample(number(counters.unjudged_user_agents));
  metrics.histogram("penstock_worker_commit_seconds", "Time to store one batch.",
                    {&counters.commit});
  metrics.family("penstock_worker_store_failing", "gauge",
                 "1 while a batch is held because the store refuses it.");
  metrics.sample(number(counters.is_store_failing));
  metrics.family("penstock_worker_queue_failing", "gauge", "1 while the queue does not answer.");
  metrics.sample(number(counters.is_queue_failing));
  metrics.family("penstock_queue_depth", "gauge", "Messages in the queue, claimed ones included.");
  metrics.sample(number(counters.queue_depth));
  metrics.family("penstock_queue_oldest_seconds", "gauge", "Age of the queue's oldest message.");
  metrics.sample(number(counters.queue_oldest_ms) / 1'000);
  metrics.family("penstock_store_bytes", "gauge", "Size of all day files.");
  metrics.sample(number(counters.store_bytes));
  metrics.family("penstock_store_days", "gauge", "Days that are stored.");
  metrics.sample(number(counters.store_days));
  metrics.family("penstock_store_limit_bytes", "gauge",
                 "What the store may grow to: store.max_bytes, or what the disk has room for.");
  metrics.sample(number(counters.store_limit_bytes));
  metrics.family("penstock_store_bytes_per_day", "gauge",
                 "Growth of the last days that have ended; 0 while it is not known.");
  metrics.sample(number(counters.store_bytes_per_day));
  metrics.family("penstock_store_full_seconds", "gauge",
                 "Until the store is as large as it may be, at that rate; +Inf: not to be seen.");
  const std::uint64_t full_in_s = counters.store_full_in_s.value();
  metrics.sample(full_in_s == counters.kNever ? HUGE_VAL : static_cast<double>(full_in_s));
  metrics.family("penstock_store_compacted_days_total", "counter",
                 "Days that were made compact (store.compact_after_days).");
  metrics.sample(number(counters.compacted_days));
  metrics.family("penstock_store_compacted_bytes_total", "counter",
                 "Bytes by which those days became smaller.");
  metrics.sample(number(counters.compacted_bytes_saved));
  if (!rules.empty()) {
    metrics.family("penstock_store_retained_rows_removed_total", "counter",
                   "Events that were deleted by a rule of store.retain.");
    for (std::size_t i = 0; i < rules.size() && i < counters.kRulesMax; ++i) {
      metrics.sample({{"rule", rules[i]}}, number(counters.removed_by_rule[i]));
    }
    metrics.sample({{"rule", "retention_days"}},
                   number(counters.removed_by_rule[counters.kRulesMax]));
  }
  metrics.family("penstock_store_bad_days", "gauge",
                 "Days whose files cannot be used; their events become dead letters.");
  metrics.sample(static_cast<double>(bad_days));
  metrics.family("penstock_worker_control_requests_total", "counter",
                 "What the console asked the worker to do, by status.");
  for (std::size_t status = 0; status < control.by_status.size(); ++status) {
    const Counter& count = control.by_status[status];
    if (count.value() > 0) metrics.sample({{"code", str_cat(status)}}, number(count));
  }
  server::append_process_metrics(out, kWorkerProgram, kVersion);
}

}  // namespace penstock::app
