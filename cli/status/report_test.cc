#include "cli/status/report.h"

#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

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
