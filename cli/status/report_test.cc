#include "cli/status/report.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/process/run_file.h"
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

TEST(StatusReport, NamesUnknownKeys) {
  StatusReport report;
  const Metrics ingest("penstock_ingest_unknown_keys_total{prefix=\"pk_abcd\"} 3\n");
  fill_from_metrics(report, {}, {ingest, {}}, 1);
  ASSERT_EQ(report.unknown_keys.size(), 1u);
  EXPECT_EQ(report.unknown_keys[0].first, "pk_abcd");
  EXPECT_EQ(report.unknown_keys[0].second, 3u);
}

TEST(StatusReport, CountsTrafficByReason) {
  StatusReport report;
  const Metrics ingest(
      "penstock_ingest_dropped_total{reason=\"path\"} 0\n"
      "penstock_ingest_dropped_total{reason=\"agent\"} 7\n"
      "penstock_ingest_marked_total{reason=\"data_centre\"} 2\n");
  fill_from_metrics(report, {}, {ingest, {}}, 1);
  EXPECT_EQ(report.dropped, (StatusReport::Counts{{"agent", 7}}));
  EXPECT_EQ(report.marked, (StatusReport::Counts{{"data_centre", 2}}));
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

TEST(StatusReport, ReadsWhyAProgramIsNotReady) {
  EXPECT_EQ(not_ready_reasons(R"({"error":"not_ready","detail":"a","reasons":["a","b \"c\""]})"),
            (std::vector<std::string>{"a", "b \"c\""}));
  for (const char* other : {"", "{}", "[1]", "no JSON", R"({"reasons":5})", R"({"reasons":[1]})"}) {
    EXPECT_TRUE(not_ready_reasons(other).empty()) << other;
  }
}

// This process stands for a program of a newer version.
TEST(StatusReport, SaysThatARunFileIsOfANewerVersion) {
  std::ifstream own("/proc/self/comm");
  std::string program;
  std::getline(own, program);
  const testing::TempDir dir;
  app::RunFile file;
  file.version = app::kRunFileVersion + 1;
  file.pid = getpid();
  file.admin = "127.0.0.1:9";
  ASSERT_TRUE(app::write_run_file(dir.path(), program, file));
  app::Config config;
  config.state_dir = dir.path();

  const ProcessReport report = find_process(config, program);
  EXPECT_TRUE(report.is_running);
  EXPECT_FALSE(report.is_ready);
  EXPECT_EQ(report.pid, getpid());
  EXPECT_EQ(report.admin, "");
  ASSERT_EQ(report.not_ready.size(), 1u);
  EXPECT_NE(report.not_ready[0].find("version 2 and this penstock knows 1"), std::string::npos);
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

}  // namespace
}  // namespace penstock::cli
