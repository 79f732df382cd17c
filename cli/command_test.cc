#include "cli/command.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "app/config/version.h"
#include "cli/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

TEST(Command, TellsItsVerbsAndNoOthers) {
  const Ran help = run_tool({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* verb :
       {"up", "status", "tail", "send", "export", "user", "key", "queue", "store"}) {
    EXPECT_NE(help.out.find(std::string("  ") + verb + " "), std::string::npos) << help.out;
  }
  EXPECT_EQ(run_tool({"--version"}).out, "penstock " + std::string(app::kVersion) + "\n");
}

TEST(Command, CallsBadUsageBadUsage) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {},
           {"nonsense"},
           {"up", "surplus"},
           {"send", "--count", "0"},
           {"send", "--count", "x"},
           {"send", "--rate", "-1"},
           {"tail", "--count", "-1"},
           {"export", "--format", "xml"},
           {"export", "--from", "yesterday"},
           {"export", "--from", "2026-11-24", "--to", "2026-11-23"},
           {"user"},
           {"user", "add"},
           {"user", "add", "a@b.test", "--role", "owner"},
           {"key"},
           {"key", "create"},
           {"key", "revoke"},
           {"queue"},
           {"queue", "peek", "--count", "0"},
           {"queue", "dead", "--count", "x"},
           {"queue", "retry"},
           {"queue", "retry", "f1", "--all"},
           {"queue", "purge"},
           {"queue", "purge", "--yes"},
           {"queue", "purge", "--all"},
           {"status", "--set", "ingest.nonsense=1"},
           {"status", "--config", "/nonexistent/penstock.toml"}}) {
    const Ran ran = run_tool(arguments);
    EXPECT_EQ(ran.code, 2) << (arguments.empty() ? "nothing" : arguments.back());
    EXPECT_NE(ran.err, "") << (arguments.empty() ? "nothing" : arguments.back());
  }
}

TEST(Command, ChecksWithAndWithoutAVerb) {
  const testing::TempDir dir;
  const std::string file = dir.path("penstock.toml");
  std::ofstream(file) << "[ingest]\nthreads = 2\n";
  EXPECT_EQ(run_tool({"--check", "--config", file}).out, "configuration is valid\n");
  EXPECT_EQ(run_tool({"up", "--config", file, "--check"}).code, 0);

  std::ofstream(file) << "[ingest]\nthreads = 2\nlistn = 1\n";
  const Ran faulty = run_tool({"--check", "--config", file});
  EXPECT_EQ(faulty.code, 2);
  EXPECT_NE(faulty.err.find("penstock.toml:3"), std::string::npos) << faulty.err;
}

// Somebody who has just started a trial in this folder asks about that one.
TEST(Command, FindsTheTrialOfThisFolder) {
  if (std::filesystem::exists(app::Config().state_dir)) GTEST_SKIP() << "Penstock is installed";
  const testing::TempDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  const auto state_of = [](const Ran& ran) { return ran.out.substr(0, ran.out.find('\n')); };

  EXPECT_NE(run_tool({"status"}).err.find("/var/lib/penstock is not there"), std::string::npos);
  for (const char* name : {"other", "mine"}) std::filesystem::create_directory(name);
  std::filesystem::create_directory(kTrialFolder);
  EXPECT_EQ(state_of(run_tool({"status"})), "state     penstock-data");
  EXPECT_EQ(state_of(run_tool({"status", "--data", "other"})), "state     other");
  EXPECT_EQ(state_of(run_tool({"--set", "state.dir=mine", "status"})), "state     mine");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace penstock::cli
