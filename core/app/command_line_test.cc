#include "app/command_line.h"

#include <fstream>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "app/config/version.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

struct Parsed {
  CommonOptions options;
  std::optional<int> code;
  std::string out;
  std::string err;
};

Parsed parse(std::vector<const char*> arguments) {
  Parsed parsed;
  arguments.insert(arguments.begin(), "penstock-test");
  CLI::App app{"A test", "penstock-test"};
  app.add_subcommand("verb", "A verb")->fallthrough();
  add_common_options(app, "penstock-test", parsed.options);
  CaptureStdout();
  CaptureStderr();
  parsed.code = parse_arguments(app, static_cast<int>(arguments.size()), arguments.data());
  parsed.out = GetCapturedStdout();
  parsed.err = GetCapturedStderr();
  return parsed;
}

TEST(CommandLine, TakesTheCommonOptionsBeforeAndAfterAVerb) {
  const Parsed parsed = parse({"--set", "log.level=debug", "verb", "--config", "/x.toml", "--set",
                               "ingest.listen=127.0.0.1:0,unix:/a", "--check"});
  EXPECT_EQ(parsed.code, std::nullopt) << parsed.err;
  EXPECT_EQ(parsed.options.config_file, "/x.toml");
  EXPECT_TRUE(parsed.options.is_check);
  EXPECT_EQ(parsed.options.sets,
            (std::vector<std::string>{"log.level=debug", "ingest.listen=127.0.0.1:0,unix:/a"}));
}

TEST(CommandLine, AnswersHelpAndVersionWithSuccess) {
  const Parsed help = parse({"--help"});
  EXPECT_EQ(help.code, kExitDone);
  for (const char* option : {"--config", "--set", "--check", "--version"}) {
    EXPECT_NE(help.out.find(option), std::string::npos) << help.out;
  }
  const Parsed version = parse({"--version"});
  EXPECT_EQ(version.code, kExitDone);
  EXPECT_EQ(version.out, "penstock-test " + std::string(kVersion) + "\n");
}

TEST(CommandLine, CallsBadUsageBadUsage) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--nonsense"}, {"--config"}, {"--set"}, {"noverb"}, {"--check=maybe"}}) {
    const Parsed parsed = parse(arguments);
    EXPECT_EQ(parsed.code, kExitUsage) << arguments[0];
    EXPECT_NE(parsed.err, "") << arguments[0];
  }
}

TEST(CommandLine, WantsAConfigurationFileOnlyWhereItWasNamed) {
  CommonOptions options;
  EXPECT_EQ(sources_of(options).file, kDefaultConfigFile);
  EXPECT_FALSE(sources_of(options).is_file_required);
  options.config_file = "mine.toml";
  EXPECT_EQ(sources_of(options).file, "mine.toml");
  EXPECT_TRUE(sources_of(options).is_file_required);
}

TEST(CommandLine, ChecksAndTellsFaultsByFileAndLine) {
  const testing::TempDir dir;
  const std::string file = dir.path("penstock.toml");
  ConfigSources sources;
  sources.file = file;
  sources.sets = {"state.dir=" + dir.path()};

  std::ofstream(file) << "[ingest]\nthreads = 2\n";
  CaptureStdout();
  EXPECT_EQ(check_config("penstock", sources), kExitDone);
  EXPECT_EQ(GetCapturedStdout(), "configuration is valid\n");

  std::ofstream(file) << "[ingest]\nthreads = 'two'\n";
  CaptureStderr();
  EXPECT_EQ(check_config("penstock", sources), kExitUsage);
  EXPECT_EQ(GetCapturedStderr(), file + ":2: ingest.threads must be a whole number\n");
}

TEST(CommandLine, KnowsEveryLogLevel) {
  Config config;
  EXPECT_EQ(level_of(config), LogLevel::kInfo);
  config.log_level = "debug";
  EXPECT_EQ(level_of(config), LogLevel::kDebug);
  config.log_level = "warn";
  EXPECT_EQ(level_of(config), LogLevel::kWarn);
  config.log_level = "error";
  EXPECT_EQ(level_of(config), LogLevel::kError);
}

TEST(CommandLine, WarnsOfWhatIsHardlyMeant) {
  const testing::TempDir dir;
  Config config;
  config.state_dir = dir.path();
  EXPECT_TRUE(warnings_of(config).empty());

  config.ingest.require_key = true;
  config.ingest.ack = "none";
  config.store.geoip_database = dir.path("absent.mmdb");
  EXPECT_EQ(warnings_of(config).size(), 3u);

  std::ofstream(dir.path("keys.json")) << "not json";
  config = Config();
  config.state_dir = dir.path();
  ASSERT_EQ(warnings_of(config).size(), 1u);
  EXPECT_NE(warnings_of(config)[0].find("will not start"), std::string::npos);
}

}  // namespace
}  // namespace penstock::app
