#include "app/worker_metrics.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(WorkerMetrics, HaveTheContractsNames) {
  worker::PipelineCounters counters;
  counters.stored.set(7);
  counters.duplicates.set(2);
  counters.dead.set(1);
  counters.unjudged_user_agents.set(5);
  counters.queue_depth.set(3);
  counters.queue_oldest_ms.set(1'500);
  counters.store_bytes.set(4'096);
  counters.store_days.set(41);
  counters.store_full_in_s.set(86'400);
  counters.compacted_days.set(6);
  counters.compacted_bytes_saved.set(65'000'000);
  const std::string rules[] = {"project=shop days=30"};
  counters.removed_by_rule[0].set(12);
  counters.removed_by_rule[counters.kRulesMax].set(13);
  counters.commit.observe_us(300);
  std::string text;
  server::ServerCounters control;
  control.count(503);
  append_worker_metrics(text, counters, rules, 2, control);

  for (const char* line :
       {"penstock_worker_events_total{outcome=\"stored\"} 7\n",
        "penstock_worker_events_total{outcome=\"duplicate\"} 2\n",
        "penstock_worker_events_total{outcome=\"dead\"} 1\n", "\npenstock_queue_depth 3\n",
        "\npenstock_queue_oldest_seconds 1.5\n", "\npenstock_store_bytes 4096\n",
        "\npenstock_store_days 41\n", "\npenstock_store_full_seconds 86400\n",
        "penstock_worker_user_agents_unjudged_total 5\n",
        "\npenstock_store_compacted_days_total 6\n",
        "\npenstock_store_retained_rows_removed_total{rule=\"project=shop days=30\"} 12\n",
        "\npenstock_store_retained_rows_removed_total{rule=\"retention_days\"} 13\n",
        "\npenstock_store_compacted_bytes_total 65000000\n",
        "penstock_worker_control_requests_total{code=\"503\"} 1\n",
        "penstock_worker_commit_seconds_count 1\n", "# TYPE penstock_queue_depth gauge\n",
        "process_resident_memory_bytes "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in:\n" << text;
  }
}

TEST(WorkerMetrics, AStoreThatIsNeverFullIsSo) {
  worker::PipelineCounters counters;
  counters.store_full_in_s.set(worker::PipelineCounters::kNever);
  std::string text;
  append_worker_metrics(text, counters, {}, 0, server::ServerCounters());
  EXPECT_NE(text.find("\npenstock_store_full_seconds +Inf\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace penstock::app
