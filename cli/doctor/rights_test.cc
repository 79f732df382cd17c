#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/doctor/doctor_testing.h"
#include "support/as_nobody.h"

namespace penstock::cli {
namespace {

// A state as programs of the user nobody leave it. Only root can make such a one.
class DoctorRights : public ::testing::Test {
 protected:
  void SetUp() override {
    PENSTOCK_NEEDS_ROOT();
    ::chmod(config_.state_dir.c_str(), 0755);
    for (const char* folder : {"spool", "events", "console", "keys"}) {
      std::filesystem::create_directory(dir_.path(folder));
    }
    for (const char* file : {"spool/cursor.db", "events/2026-11-24.db", "console/console.db",
                             "keys.json", "keys/console.json"}) {
      std::ofstream(dir_.path(file)) << "x";
      ::chmod(dir_.path(file).c_str(), 0640);
    }
    ::chmod(dir_.path("console").c_str(), 0700);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(config_.state_dir)) {
      testing::give_to_nobody(entry.path());
    }
  }

  TempDir dir_;
  app::Config config_ = config_in(dir_);
};

bool is_well(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.verdict != Verdict::kOk) return false;
  }
  return !findings.empty();
}

TEST_F(DoctorRights, AreWellAsTheProgramsLeaveThem) {
  const auto found = look(check_rights, config_);
  EXPECT_TRUE(is_well(found)) << found.front().where << found.front().what;
  EXPECT_EQ(found.size(), 3u);
}

TEST_F(DoctorRights, NameAKeyThatItsProgramMayNotReadAndOneThatAnybodyMay) {
  config_.ingest.tls_listen = {"127.0.0.1:0"};
  config_.ingest.tls_certificate = {dir_.path("tls.crt")};
  config_.ingest.tls_key = {dir_.path("tls.key")};
  std::ofstream(dir_.path("tls.crt")) << "x";
  std::ofstream(dir_.path("tls.key")) << "x";
  const auto names_key = [&] {
    for (const Finding& finding : look(check_rights, config_)) {
      if (finding.verdict != Verdict::kOk && finding.where == dir_.path("tls.key")) return true;
    }
    return false;
  };
  ::chmod(dir_.path("tls.key").c_str(), 0600);
  EXPECT_TRUE(names_key());  // Root's.
  testing::give_to_nobody(dir_.path("tls.key"));
  EXPECT_FALSE(names_key());
  ::chmod(dir_.path("tls.key").c_str(), 0644);
  EXPECT_TRUE(names_key());
}

// Each program needs it, whoever it is.
TEST_F(DoctorRights, NameTheQueuesKeyForEachProgramThatMayNotReadIt) {
  config_.queue.url = "rediss://redis.test";
  config_.queue.tls_key = dir_.path("redis.key");
  std::ofstream(dir_.path("redis.key")) << "x";
  const auto named = [&] {
    std::vector<Finding> about_key;
    for (const Finding& finding : look(check_rights, config_)) {
      if (finding.where == dir_.path("redis.key")) about_key.push_back(finding);
    }
    return about_key;
  };
  ::chmod(dir_.path("redis.key").c_str(), 0600);
  ASSERT_EQ(named().size(), 3u);
  EXPECT_NE(named()[0].todo.find("chgrp penstock-programs"), std::string::npos);
  testing::give_to_nobody(dir_.path("redis.key"));
  EXPECT_TRUE(named().empty());
  ::chmod(dir_.path("redis.key").c_str(), 0644);
  ASSERT_EQ(named().size(), 1u);
  EXPECT_NE(named()[0].what.find("everybody on this machine may read it"), std::string::npos);
}

// What a person has done as root, by a copy or a tool.
TEST_F(DoctorRights, NameAFileThatItsProgramMayNotUse) {
  for (const char* file : {"spool/cursor.db", "events/2026-11-24.db", "console/console.db"}) {
    ASSERT_EQ(::chown(dir_.path(file).c_str(), 0, 0), 0);
    const auto found = look(check_rights, config_);
    EXPECT_FALSE(is_well(found)) << file;
    bool is_named = false;
    for (const Finding& finding : found) {
      if (finding.verdict == Verdict::kFail && finding.where == dir_.path(file)) is_named = true;
    }
    EXPECT_TRUE(is_named) << file;
    testing::give_to_nobody(dir_.path(file));
  }
}

TEST_F(DoctorRights, NameAFolderThatIsReadOnly) {
  ASSERT_EQ(::chmod(dir_.path("events").c_str(), 0555), 0);
  const auto found = look(check_rights, config_);
  bool is_named = false;
  for (const Finding& finding : found) is_named = is_named || finding.where == dir_.path("events");
  EXPECT_TRUE(is_named);
}

TEST_F(DoctorRights, NameSecretsThatAnybodyMayRead) {
  ASSERT_EQ(::chmod(dir_.path("keys.json").c_str(), 0644), 0);
  const auto found = look(check_rights, config_);
  ASSERT_FALSE(is_well(found));
  EXPECT_EQ(found.back().where, dir_.path("keys.json"));
  EXPECT_NE(found.back().todo.find("chmod o-rwx"), std::string::npos);
}

TEST(DoctorRightsAlone, SaysThatThereIsNoStateDirectory) {
  const TempDir dir;
  app::Config config = config_in(dir);
  config.state_dir = dir.path("none");
  EXPECT_EQ(look(check_rights, config).at(0).verdict, Verdict::kFail);
}

}  // namespace
}  // namespace penstock::cli
