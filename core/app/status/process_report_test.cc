#include "app/status/process_report.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

TEST(ProcessReport, ReadsWhyAProgramIsNotReady) {
  EXPECT_EQ(not_ready_reasons(R"({"error":"not_ready","detail":"a","reasons":["a","b \"c\""]})"),
            (std::vector<std::string>{"a", "b \"c\""}));
  for (const char* other : {"", "{}", "[1]", "no JSON", R"({"reasons":5})", R"({"reasons":[1]})"}) {
    EXPECT_TRUE(not_ready_reasons(other).empty()) << other;
  }
}

// This process stands for a program of a newer version.
TEST(ProcessReport, SaysThatARunFileIsOfANewerVersion) {
  std::ifstream own("/proc/self/comm");
  std::string program;
  std::getline(own, program);
  const testing::TempDir dir;
  RunFile file;
  file.version = kRunFileVersion + 1;
  file.pid = getpid();
  file.admin = "127.0.0.1:9";
  ASSERT_TRUE(write_run_file(dir.path(), program, file));
  const ProcessReport report = find_process(dir.path(), program);
  EXPECT_TRUE(report.is_running);
  EXPECT_FALSE(report.is_ready);
  EXPECT_EQ(report.pid, getpid());
  EXPECT_EQ(report.admin, "");
  ASSERT_EQ(report.not_ready.size(), 1u);
  EXPECT_NE(report.not_ready[0].find("version 2 and this penstock knows 1"), std::string::npos);
}

// Nobody listens at its admin port any more, as where it hangs.
TEST(ProcessReport, SaysThatAProgramIsSilent) {
  std::ifstream own("/proc/self/comm");
  std::string program;
  std::getline(own, program);
  const testing::TempDir dir;
  RunFile file;
  file.pid = getpid();
  file.admin = "127.0.0.1:1";
  ASSERT_TRUE(write_run_file(dir.path(), program, file));
  const ProcessReport report = find_process(dir.path(), program);
  EXPECT_TRUE(report.is_running);
  EXPECT_TRUE(report.is_silent);
  EXPECT_FALSE(report.is_ready);
  EXPECT_EQ(metrics_of(report).sum("penstock_build_info"), std::nullopt);
}

}  // namespace
}  // namespace penstock::app
