#include "app/tls/tls_files.h"

#include <cstdlib>
#include <utility>

#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"

namespace penstock::app {
namespace {

using testing::TestCertificate;
using testing::write_text;

class TlsFilesTest : public ::testing::Test {
 protected:
  TlsFilesTest() {
    const TestCertificate made({.names = {"a.test"}});
    write_text(dir_.path("crt"), made.pem());
    write_text(dir_.path("key"), made.key_pem());
    TlsConfig& config = loaded_.config.ingest;
    config.tls_listen = {"127.0.0.1:0"};
    config.tls_certificate = {dir_.path("crt")};
    config.tls_key = {dir_.path("key")};
  }

  const testing::TempDir dir_;
  LoadedConfig loaded_;
};

TEST_F(TlsFilesTest, AreAllLookedAt) {
  TlsConfig& config = loaded_.config.ingest;
  config.tls_client_ca = dir_.path("ca");
  const tls::ServerFiles files = tls_files(config);
  files::Look before = look_at(files);
  EXPECT_EQ(look_at(files), before);
  for (const char* name : {"crt", "key", "ca"}) {
    write_text(dir_.path(name), "another text");
    EXPECT_NE(look_at(files), before) << name;
    before = look_at(files);
  }
}

TEST_F(TlsFilesTest, AreJudgedForTheProgramWhoseTheyAre) {
  loaded_.set_at["ingest.tls_key"] = "penstock.toml:7";
  write_text(dir_.path("key"), "nothing");
  for (const std::string_view other : {kWorkerProgram, kConsoleProgram}) {
    check_tls_files(other, loaded_);
    EXPECT_TRUE(loaded_.faults.empty());
  }
  check_tls_files(kIngestProgram, loaded_);
  check_tls_files("", loaded_);
  ASSERT_EQ(loaded_.faults.size(), 2u);
  EXPECT_EQ(loaded_.faults[0].where, "penstock.toml:7");
  EXPECT_EQ(loaded_.faults[0].what,
            "ingest.tls_key: " + dir_.path("key") + " holds no private key in PEM");

  loaded_.config.console = {};
  static_cast<TlsConfig&>(loaded_.config.console) = loaded_.config.ingest;
  loaded_.config.console.tls_certificate = {dir_.path("none")};
  check_tls_files(kConsoleProgram, loaded_);
  ASSERT_EQ(loaded_.faults.size(), 3u);
  EXPECT_EQ(loaded_.faults[2].where, "console.tls_certificate");
}

TEST_F(TlsFilesTest, AreNotReadWhereNobodyListensOrTheyDoNotPair) {
  loaded_.config.ingest.tls_key = {"/none"};
  loaded_.config.ingest.tls_listen = {};
  check_tls_files(kIngestProgram, loaded_);
  loaded_.config.ingest.tls_listen = {"127.0.0.1:0"};
  loaded_.config.ingest.tls_key = {"/none", "/none"};
  check_tls_files(kIngestProgram, loaded_);
  EXPECT_TRUE(loaded_.faults.empty());
}

TEST_F(TlsFilesTest, AreNoFaultAsCredentialsOutOfSight) {
  for (auto* paths : {&loaded_.config.ingest.tls_certificate, &loaded_.config.ingest.tls_key}) {
    const std::string path = std::exchange(paths->front(), "/run/no-credentials/unit/tls.pem");
    ::setenv("CREDENTIALS_DIRECTORY", "/run/no-credentials/unit", 1);
    check_tls_files(kIngestProgram, loaded_);
    EXPECT_EQ(loaded_.faults.size(), 0u);
    ::unsetenv("CREDENTIALS_DIRECTORY");
    check_tls_files(kIngestProgram, loaded_);
    EXPECT_EQ(loaded_.faults.size(), 1u);
    loaded_.faults.clear();
    paths->front() = path;
  }
}

TEST_F(TlsFilesTest, AreWarnedOfWhereACertificateHasExpired) {
  const TestCertificate made({.names = {"a.test"}, .valid_s = -86'400});
  write_text(dir_.path("crt"), made.pem());
  write_text(dir_.path("key"), made.key_pem());
  std::vector<std::string> warnings;
  check_tls_files(kIngestProgram, loaded_, &warnings);
  EXPECT_TRUE(loaded_.faults.empty());
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find(dir_.path("crt") + " (ingest.tls_certificate) expired on 20"),
            std::string::npos);
}

TEST_F(TlsFilesTest, HaveASettingEach) {
  using Which = tls::FileFault::Which;
  EXPECT_EQ(tls_setting("ingest", Which::kCertificate), "ingest.tls_certificate");
  EXPECT_EQ(tls_setting("console", Which::kKey), "console.tls_key");
  EXPECT_EQ(tls_setting("ingest", Which::kAuthorities), "ingest.tls_client_ca");
  EXPECT_EQ(tls_setting("queue", Which::kAuthorities), "queue.tls_ca");
}

class QueueTlsFilesTest : public TlsFilesTest {
 protected:
  QueueTlsFilesTest() {
    QueueConfig& config = loaded_.config.queue;
    config.url = "rediss://redis.test";
    config.tls_ca = config.tls_certificate = dir_.path("crt");
    config.tls_key = dir_.path("key");
  }
  std::string fault() {
    loaded_.faults.clear();
    check_queue_files(loaded_, warnings_);
    return loaded_.faults.empty() ? "" : loaded_.faults.front().what;
  }
  std::vector<std::string> warnings_;
};

TEST_F(QueueTlsFilesTest, AreJudgedWhereTheUrlWantsTls) {
  EXPECT_EQ(fault(), "");
  write_text(dir_.path("key"), "nothing");
  EXPECT_EQ(fault(), "queue.tls_key: " + dir_.path("key") + " holds no private key in PEM");
  loaded_.config.queue.tls_ca = dir_.path("none");
  EXPECT_EQ(fault(),
            "queue.tls_ca: " + dir_.path("none") + " cannot be read: No such file or directory");
  EXPECT_TRUE(warnings_.empty());
  loaded_.config.queue.url = "redis://redis.test";
  EXPECT_EQ(fault(), "");
}

TEST_F(QueueTlsFilesTest, AreNoFaultAsCredentialsOutOfSight) {
  loaded_.config.queue.tls_key = "/run/no-credentials/unit/redis.key";
  EXPECT_NE(fault(), "");
  ::setenv("CREDENTIALS_DIRECTORY", "/run/no-credentials/unit", 1);
  EXPECT_EQ(fault(), "");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

// The spool is there meanwhile.
TEST_F(QueueTlsFilesTest, KeepNoProgramFromStarting) {
  write_text(dir_.path("other"), "nothing");
  loaded_.config.queue.tls_ca = dir_.path("other");
  for (const std::string_view program : {kIngestProgram, kWorkerProgram, kConsoleProgram}) {
    check_tls_files(program, loaded_);
  }
  EXPECT_TRUE(loaded_.faults.empty());
}

TEST_F(QueueTlsFilesTest, AreWarnedOfWhereOursHasExpired) {
  const TestCertificate made({.names = {"penstock"}, .valid_s = -86'400});
  write_text(dir_.path("crt"), made.pem());
  write_text(dir_.path("key"), made.key_pem());
  EXPECT_EQ(fault(), "");
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("(queue.tls_certificate) expired on 20"), std::string::npos);
  EXPECT_NE(warnings_[0].find(": Redis will refuse it"), std::string::npos);
}

}  // namespace
}  // namespace penstock::app
