#include "app/process/state_lock.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::app {
namespace {

std::string own_name() {
  std::ifstream in("/proc/self/comm");
  std::string name;
  std::getline(in, name);
  return name;
}

TEST(StateLock, IsHadByOneProcessOfAProgram) {
  const testing::TempDir dir;
  {
    const auto first = lock_state(dir.path(), kIngestProgram);
    ASSERT_TRUE(first);
    EXPECT_EQ(lock_state(dir.path(), kIngestProgram).error().code, ErrorCode::kOverloaded);
    EXPECT_TRUE(lock_state(dir.path(), kWorkerProgram));
  }
  EXPECT_TRUE(lock_state(dir.path(), kIngestProgram));
  EXPECT_EQ(lock_state("/nonexistent/state", kIngestProgram).error().code,
            ErrorCode::kConfiguration);
}

// A copy of the folder has the files, but nobody's lock.
TEST(StateLock, TellsARunningProgramFromACopyOfItsFolder) {
  const testing::TempDir dir;
  const std::string program = own_name();
  RunFile file;
  file.pid = getpid();
  EXPECT_FALSE(find_running(dir.path("state"), program));
  std::filesystem::create_directory(dir.path("state"));
  auto lock = lock_state(dir.path("state"), program);
  ASSERT_TRUE(lock && write_run_file(dir.path("state"), program, file));

  std::filesystem::copy(dir.path("state"), dir.path("copy"),
                        std::filesystem::copy_options::recursive);

  EXPECT_TRUE(find_running(dir.path("state"), program));
  EXPECT_FALSE(find_running(dir.path("copy"), program));
  EXPECT_FALSE(find_running(dir.path("state"), kWorkerProgram));
}

// An upgrade replaces this tool before the programs are started again.
TEST(StateLock, FindsAProgramOfAVersionThatTookNone) {
  const testing::TempDir dir;
  const std::string program = own_name();
  RunFile file;
  file.pid = getpid();
  ASSERT_TRUE(write_run_file(dir.path(), program, file));
  EXPECT_TRUE(find_running(dir.path(), program));
}

}  // namespace
}  // namespace penstock::app
