#include "app/program.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "app/command_line.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

std::optional<Invocation> begin(std::vector<std::string> arguments, int& exit_code) {
  arguments.insert(arguments.begin(), "penstock-test");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return begin_program(static_cast<int>(arguments.size()), argv.data(), "penstock-test", "A test.",
                       exit_code);
}

TEST(Program, BeginsWithItsConfiguration) {
  const testing::TempDir dir;
  std::ofstream(dir.path("penstock.toml")) << "[worker]\nbatch_rows = 7\n";
  int exit_code = -1;
  const auto invocation = begin({"--config", dir.path("penstock.toml"), "--set",
                                 "state.dir=" + dir.path("state"), "--set=log.level=error"},
                                exit_code);
  ASSERT_TRUE(invocation);
  EXPECT_EQ(exit_code, -1);
  EXPECT_EQ(invocation->config.worker.batch_rows, 7);
  EXPECT_TRUE(std::filesystem::is_directory(dir.path("state")));
  EXPECT_EQ(
      std::filesystem::status(dir.path("state")).permissions() & std::filesystem::perms::others_all,
      std::filesystem::perms::none);
}

TEST(Program, TheIntakeAloneMayTakeOver) {
  const testing::TempDir dir;
  std::string program = "penstock-ingest";
  std::string option = "--takeover";
  std::string set = "--set=state.dir=" + dir.path();
  char* argv[] = {program.data(), option.data(), set.data(), nullptr};
  int exit_code = -1;
  const auto intake = begin_program(3, argv, program, "A test.", exit_code);
  ASSERT_TRUE(intake);
  EXPECT_TRUE(intake->takes_over);
  EXPECT_FALSE(begin_program(3, argv, "penstock-worker", "A test.", exit_code));
  EXPECT_EQ(exit_code, kExitUsage);
}

TEST(Program, EndsWithACodeThatSaysWhy) {
  const testing::TempDir dir;
  const std::string good = "state.dir=" + dir.path();
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
  } cases[] = {
      {{"--help"}, kExitDone},
      {{"--version"}, kExitDone},
      {{"--check", "--set", good}, kExitDone},
      {{"--check", "--set", "ingest.ack=maybe"}, kExitUsage},
      {{"--set", "ingest.ack=maybe"}, kExitUsage},
      {{"--config", dir.path("absent.toml")}, kExitUsage},
      {{"surplus"}, kExitUsage},
      {{"--set", "state.dir=" + dir.path("no/such/parent")}, kExitFailed},
  };
  for (const auto& c : cases) {
    int exit_code = -1;
    EXPECT_FALSE(begin(c.arguments, exit_code));
    EXPECT_EQ(exit_code, c.exit_code) << c.arguments[0];
  }
}

}  // namespace
}  // namespace penstock::app
