#include "cli/shared/command.h"

#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/shared/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

// Prints the state directory.
void add_look(CLI::App& app, Context& context) {
  add_verb(app, context, "look", "A verb of the test's")->callback([&context] {
    context.action = [](const app::Config& config) {
      return in_state(config, [&] { return print(config.state_dir + "\n") ? 0 : 1; });
    };
  });
}

Ran run_look(const std::vector<std::string>& arguments) {
  static constexpr AddVerb kVerb[] = {add_look};
  return run_tool(kVerb, arguments);
}

TEST(Command, ChecksWithAndWithoutAVerb) {
  const testing::TempDir dir;
  const std::string file = dir.path("penstock.toml");
  std::ofstream(file) << "[ingest]\nthreads = 2\n";
  EXPECT_EQ(run_look({"--check", "--config", file}).out, "configuration is valid\n");
  EXPECT_EQ(run_look({"look", "--config", file, "--check"}).code, 0);

  std::ofstream(file) << "[ingest]\nthreads = 2\nlistn = 1\n";
  const Ran faulty = run_look({"--check", "--config", file});
  EXPECT_EQ(faulty.code, 2);
  EXPECT_NE(faulty.err.find("penstock.toml:3"), std::string::npos) << faulty.err;
}

// Somebody who has just started a trial in this folder asks about that one.
TEST(Command, FindsTheTrialOfThisFolder) {
  const testing::TempDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  const auto state_of = [](const Ran& ran) { return ran.out.substr(0, ran.out.find('\n')); };

  EXPECT_EQ(state_without_a_name("absent"), "absent");
  for (const char* name : {"other", "mine"}) std::filesystem::create_directory(name);
  std::filesystem::create_directory(kTrialFolder);
  EXPECT_EQ(state_without_a_name("absent"), "penstock-data");
  EXPECT_EQ(state_without_a_name("mine"), "mine");
  EXPECT_EQ(state_of(run_look({"look"})), state_without_a_name(app::Config().state_dir));
  EXPECT_EQ(state_of(run_look({"look", "--data", "other"})), "other");
  EXPECT_EQ(state_of(run_look({"--set", "state.dir=mine", "look"})), "mine");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace penstock::cli
