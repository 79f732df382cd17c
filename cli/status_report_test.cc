#include "cli/status_report.h"

#include <gtest/gtest.h>

#include "app/run_file.h"
#include "base/bytes.h"
#include "json/reader.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

Readings readings(int queued, int stored) {
  return {Metrics("penstock_ingest_events_total{source=\"events\",outcome=\"queued\"} " +
                  std::to_string(queued) +
                  "\npenstock_ingest_events_total{source=\"pixel\",outcome=\"spooled\"} 5\n"
                  "penstock_redis_up 0\n"),
          Metrics("penstock_worker_events_total{outcome=\"stored\"} " + std::to_string(stored) +
                  "\npenstock_worker_events_total{outcome=\"duplicate\"} 2\n"
                  "penstock_store_bytes 4096\n")};
}

TEST(StatusReport, MakesRatesOfTwoReadings) {
  StatusReport report;
  fill_from_metrics(report, readings(100, 50), readings(300, 150), 2);
  EXPECT_EQ(report.received_per_s, 100);
  EXPECT_EQ(report.stored_per_s, 50);
  EXPECT_EQ(report.queued, 300u);
  EXPECT_EQ(report.spooled, 5u);
  EXPECT_EQ(report.stored, 150u);
  EXPECT_EQ(report.duplicates, 2u);
  EXPECT_EQ(report.store_bytes, 4'096u);
  EXPECT_EQ(report.is_redis_up, false);
}

TEST(StatusReport, MakesNoRateAcrossARestart) {
  StatusReport report;
  fill_from_metrics(report, readings(100, 50), readings(10, 60), 1);
  EXPECT_EQ(report.received_per_s, std::nullopt);
  EXPECT_EQ(report.stored_per_s, 10);
  fill_from_metrics(report, {}, {}, 1);
  EXPECT_EQ(report.queued, std::nullopt);
}

TEST(StatusReport, WorksWithNothingRunning) {
  const testing::TempDir dir;
  app::Config config;
  config.state_dir = dir.path();
  app::RunFile leftover;
  leftover.pid = 1 << 30;
  ASSERT_TRUE(app::write_run_file(dir.path(), app::kIngestProgram, leftover));

  const StatusReport report = gather_status(config);
  EXPECT_FALSE(report.is_anything_running());
  EXPECT_EQ(report.processes.size(), 3u);
  std::string text;
  append_status_text(report, text);
  EXPECT_NE(text.find("penstock-ingest   not running\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Nothing is running"), std::string::npos) << text;
}

TEST(StatusReport, IsValidJson) {
  StatusReport report;
  report.state_dir = "/a \"b\"";
  report.queue = "spool";
  ProcessReport process;
  process.program = "penstock-ingest";
  process.is_running = true;
  process.pid = 7;
  process.listen = {"127.0.0.1:1", "unix:/x"};
  report.processes.push_back(process);
  fill_from_metrics(report, readings(1, 1), readings(2, 2), 1);
  std::string text;
  append_status_json(report, text);
  EXPECT_NE(text.find("\"pid\":7"), std::string::npos) << text;
  EXPECT_NE(text.find("\"listen\":[\"127.0.0.1:1\",\"unix:/x\"]"), std::string::npos) << text;
  EXPECT_NE(text.find("\"depth\":null"), std::string::npos) << text;

  reserve_padding(text);
  int members = 0;
  json::Reader reader;
  EXPECT_TRUE(reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view /*key*/, json::Value& /*value*/) -> Result<void> {
      ++members;
      return {};
    });
  }));
  EXPECT_EQ(members, 7);
}

TEST(StatusReport, FitsOnAScreen) {
  StatusReport report;
  report.state_dir = "/var/lib/penstock";
  report.queue = "127.0.0.1:6379/0";
  report.queue_depth = 3;
  report.queue_oldest_s = 90;
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    ProcessReport process;
    process.program = program;
    process.is_running = process.is_ready = true;
    process.listen = {"0.0.0.0:8080"};
    process.pid = 123'456;
    report.processes.push_back(process);
  }
  fill_from_metrics(report, readings(1, 1), readings(2, 2), 1);
  std::string text;
  append_status_text(report, text);
  EXPECT_NE(text.find("3 batches waiting, the oldest for 1 min"), std::string::npos) << text;
  EXPECT_NE(text.find("(down: events go to the spool)"), std::string::npos) << text;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    EXPECT_LE(text.find('\n', at) - at, 100u) << text.substr(at);
  }
}

}  // namespace
}  // namespace penstock::cli
