#include "app/worker_metrics.h"

#include "app/config/version.h"
#include "app/process/run_file.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

double number(std::uint64_t count) { return static_cast<double>(count); }

}  // namespace

void append_worker_metrics(std::string& out, const WorkerFigures& figures,
                           const Histogram& commit) {
  server::MetricsWriter metrics(out);
  metrics.family("penstock_worker_events_total", "counter",
                 "Events that the worker has done with, by what became of them.");
  metrics.sample({{"outcome", "stored"}}, number(figures.stored));
  metrics.sample({{"outcome", "duplicate"}}, number(figures.duplicates));
  metrics.sample({{"outcome", "dead"}}, number(figures.dead));
  metrics.family("penstock_worker_batches_total", "counter", "Claims stored and released.");
  metrics.sample(number(figures.batches));
  metrics.family("penstock_worker_user_agents_unjudged_total", "counter",
                 "New user agents that a batch had no time for: stored without a browser.");
  metrics.sample(number(figures.unjudged_user_agents));
  metrics.histogram("penstock_worker_commit_seconds", "Time to store one batch.", {&commit});
  metrics.family("penstock_worker_store_failing", "gauge",
                 "1 while a batch is held because the store refuses it.");
  metrics.sample(figures.is_store_failing ? 1 : 0);
  metrics.family("penstock_worker_queue_failing", "gauge", "1 while the queue does not answer.");
  metrics.sample(figures.is_queue_failing ? 1 : 0);
  metrics.family("penstock_queue_depth", "gauge", "Messages in the queue, claimed ones included.");
  metrics.sample(number(figures.queue_depth));
  metrics.family("penstock_queue_oldest_seconds", "gauge", "Age of the queue's oldest message.");
  metrics.sample(number(figures.queue_oldest_ms) / 1'000);
  metrics.family("penstock_store_bytes", "gauge", "Size of all day files.");
  metrics.sample(number(figures.store_bytes));
  metrics.family("penstock_store_bad_days", "gauge",
                 "Days whose files cannot be used; their events become dead letters.");
  metrics.sample(number(figures.bad_days));
  server::append_process_metrics(out, kWorkerProgram, kVersion);
}

}  // namespace penstock::app
