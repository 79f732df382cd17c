#include "app/worker_metrics.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(WorkerMetrics, HaveTheContractsNames) {
  WorkerFigures figures;
  figures.stored = 7;
  figures.duplicates = 2;
  figures.dead = 1;
  figures.unjudged_user_agents = 5;
  figures.queue_depth = 3;
  figures.queue_oldest_ms = 1'500;
  figures.store_bytes = 4'096;
  Histogram commit;
  commit.observe_us(300);
  std::string text;
  append_worker_metrics(text, figures, commit);

  for (const char* line :
       {"penstock_worker_events_total{outcome=\"stored\"} 7\n",
        "penstock_worker_events_total{outcome=\"duplicate\"} 2\n",
        "penstock_worker_events_total{outcome=\"dead\"} 1\n", "\npenstock_queue_depth 3\n",
        "\npenstock_queue_oldest_seconds 1.5\n", "\npenstock_store_bytes 4096\n",
        "penstock_worker_user_agents_unjudged_total 5\n",
        "penstock_worker_commit_seconds_count 1\n", "# TYPE penstock_queue_depth gauge\n",
        "process_resident_memory_bytes "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in:\n" << text;
  }
}

}  // namespace
}  // namespace penstock::app
