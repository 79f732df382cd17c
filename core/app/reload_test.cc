#include "app/reload.h"

#include <fstream>

#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using Names = std::vector<std::string>;

class ReloadTest : public ::testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(file_) << text; }

  std::optional<Reload> read(std::string_view program) {
    ConfigSources sources;
    sources.file = file_;
    return read_again(sources, running_, program);
  }

  const testing::TempDir dir_;
  const std::string file_ = dir_.path("penstock.toml");
  Config running_;
};

TEST_F(ReloadTest, TellsWhatIsTakenAndWhatWaits) {
  write(
      "[ingest]\nmax_body_bytes = 1000\nthreads = 3\nlisten = ['127.0.0.1:1']\n"
      "[worker]\nbatch_rows = 7\n[console]\nsession_hours = 1\n[log]\nlevel = 'debug'\n");

  const auto ingest = read(kIngestProgram);
  ASSERT_TRUE(ingest);
  EXPECT_EQ(ingest->taken, (Names{"ingest.max_body_bytes", "log.level"}));
  EXPECT_EQ(ingest->waiting, (Names{"ingest.listen", "ingest.threads"}));
  EXPECT_EQ(ingest->config.ingest.max_body_bytes, 1000);
  EXPECT_EQ(ingest->config.ingest.threads, 0);
  EXPECT_EQ(ingest->config.log_level, "debug");

  EXPECT_EQ(read(kWorkerProgram)->taken, Names{"log.level"});
  EXPECT_EQ(read(kWorkerProgram)->waiting, Names{"worker.batch_rows"});
  EXPECT_EQ(read(kConsoleProgram)->waiting, Names{"console.session_hours"});
}

TEST_F(ReloadTest, TakesOtherCertificatesButNoOtherListeners) {
  write(
      "[ingest]\ntls_certificate = ['/c']\ntls_key = ['/k']\nacme_dir = '/a'\n"
      "[console]\ntls_certificate = ['/c']\ntls_key = ['/k']\nacme_dir = '/a'\n");
  EXPECT_EQ(read(kIngestProgram)->taken,
            (Names{"ingest.tls_certificate", "ingest.tls_key", "ingest.acme_dir"}));
  EXPECT_EQ(read(kConsoleProgram)->taken, (Names{"console.tls_certificate", "console.tls_key"}));
  EXPECT_EQ(read(kConsoleProgram)->waiting, Names{"console.acme_dir"});
  write("[ingest]\ntls_listen = ['127.0.0.1:1']\ntls_certificate = ['/none']\ntls_key = ['/k']\n");
  EXPECT_FALSE(read(kIngestProgram));  // The files are looked at by whose they are.
  EXPECT_TRUE(read(kConsoleProgram));
}

// What waits is told again until the restart; what was taken is not.
TEST_F(ReloadTest, ComparesWithWhatIsInEffect) {
  write("[ingest]\nmax_body_bytes = 1000\nthreads = 3\n");
  running_ = read(kIngestProgram)->config;

  const auto again = read(kIngestProgram);

  EXPECT_EQ(again->taken, Names{});
  EXPECT_EQ(again->waiting, Names{"ingest.threads"});
  write("");
  EXPECT_EQ(read(kIngestProgram)->taken, Names{"ingest.max_body_bytes"});
  EXPECT_EQ(read(kIngestProgram)->waiting, Names{});
}

TEST_F(ReloadTest, TakesNothingOfAFaultyFile) {
  write("[ingest]\nmax_body_bytes = 1000\nmax_connections = 0\n");
  EXPECT_FALSE(read(kIngestProgram));
}

TEST_F(ReloadTest, TakesHooksAndProtocolsWithTheIntake) {
  write("[hooks.a]\nscheme = 'github'\nsecret = 's'\n[protocols]\numami = false\n");
  const auto ingest = read(kIngestProgram);
  ASSERT_TRUE(ingest);
  EXPECT_EQ(ingest->taken, (Names{"protocols.umami", "hooks"}));
  EXPECT_EQ(ingest->config.hooks.at("a").secret, "s");
  EXPECT_TRUE(read(kWorkerProgram)->taken.empty());
  EXPECT_EQ(read(kConsoleProgram)->taken, Names{"protocols.umami"});  // Which tells of them.
  running_ = ingest->config;
  EXPECT_TRUE(read(kIngestProgram)->taken.empty());
  write("[hooks.a]\nscheme = 'github'\nsecret_file = '/none'\n");
  EXPECT_FALSE(read(kIngestProgram));
}

TEST_F(ReloadTest, TakesTheConsolesAddressWithTheIntake) {
  write("[console]\npublic_url = 'https://events.example'\nsession_hours = 1\n");
  EXPECT_EQ(read(kIngestProgram)->taken, Names{"console.public_url"});
  EXPECT_EQ(read(kIngestProgram)->waiting, Names{});
  EXPECT_EQ(read(kConsoleProgram)->taken, Names{});
}

TEST_F(ReloadTest, TakesTheRulesOfProjectsWithTheIntake) {
  write("[errors]\nfingerprint_rules = 2\n[errors.projects]\nshop = 1\n");
  const auto ingest = read(kIngestProgram);
  ASSERT_TRUE(ingest);
  EXPECT_EQ(ingest->taken, (Names{"errors.fingerprint_rules", "errors.projects"}));
  EXPECT_EQ(ingest->config.errors, (ErrorsConfig{2, {{"shop", 1}}}));
  EXPECT_TRUE(read(kWorkerProgram)->taken.empty());
  EXPECT_TRUE(read(kConsoleProgram)->taken.empty());
  running_ = ingest->config;
  EXPECT_TRUE(read(kIngestProgram)->taken.empty());
  write("");  // A project that is named no more has those of the others again.
  EXPECT_TRUE(read(kIngestProgram)->config.errors.projects.empty());
}

}  // namespace
}  // namespace penstock::app
