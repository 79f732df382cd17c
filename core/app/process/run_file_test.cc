#include "app/process/run_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::app {
namespace {

using Addresses = std::vector<std::string>;

// This process's own name, as the kernel keeps it.
std::string own_name() {
  std::ifstream in("/proc/self/comm");
  std::string name;
  std::getline(in, name);
  return name;
}

TEST(RunFile, ReadsWhatWasWritten) {
  const testing::TempDir dir;
  RunFile file;
  file.listen = {"127.0.0.1:8080", "unix:/run/a \"quoted\\path\"\n"};
  file.admin = "127.0.0.1:9101";
  file.pid = 4711;
  ASSERT_TRUE(write_run_file(dir.path(), kIngestProgram, file));

  const auto read = read_run_file(dir.path(), kIngestProgram);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->listen, file.listen);
  EXPECT_EQ(read->admin, file.admin);
  EXPECT_EQ(read->pid, file.pid);
}

std::optional<RunFile> read_text_as_run_file(const std::string& text) {
  const testing::TempDir dir;
  std::filesystem::create_directories(dir.path("run"));
  std::ofstream(dir.path("run/penstock-ingest.json")) << text;
  return read_run_file(dir.path(), kIngestProgram);
}

TEST(RunFile, WithoutAVersionIsTheFirst) {
  const auto read =
      read_text_as_run_file(R"({"listen":["127.0.0.1:80"],"admin":"127.0.0.1:9","pid":7})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(read->admin, "127.0.0.1:9");
}

// Whatever else it says, in whatever form.
TEST(RunFile, OfANewerVersionTellsItAndItsProcessAlone) {
  const auto read = read_text_as_run_file(
      R"({"listen":{"at":"127.0.0.1:80"},"admin":"127.0.0.1:9","pid":7,"version":2})");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_newer());
  EXPECT_EQ(read->version, 2);
  EXPECT_EQ(read->pid, 7);
  EXPECT_TRUE(read->listen.empty());
  EXPECT_EQ(read->admin, "");
  EXPECT_FALSE(read_text_as_run_file(R"({"version":2})"));
  EXPECT_FALSE(read_text_as_run_file(R"({"version":1,"listen":7,"pid":7})"));
}

TEST(RunFile, NewMembersNeedNoNewVersion) {
  const auto read = read_text_as_run_file(R"({"version":1,"more":[{}],"listen":["a:1"],"pid":7})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->listen, Addresses{"a:1"});
}

TEST(RunFile, LeavesNoDraftBehind) {
  const testing::TempDir dir;
  ASSERT_TRUE(write_run_file(dir.path(), kWorkerProgram, RunFile()));

  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path("run"))) {
    EXPECT_EQ(entry.path().filename(), "penstock-worker.json");
    ++files;
  }
  EXPECT_EQ(files, 1);
}

// As where each program is a user of its own: what is in run/ itself is nobody's to write.
TEST(RunFile, LiesInTheProgramsOwnFolderWhereThereIsOne) {
  const testing::TempDir dir;
  std::filesystem::create_directories(dir.path("run/penstock-worker"));
  EXPECT_EQ(run_folder(dir.path(), kWorkerProgram), dir.path("run/penstock-worker"));
  EXPECT_EQ(run_folder(dir.path(), kIngestProgram), dir.path("run"));

  RunFile file;
  file.pid = 4711;
  ASSERT_TRUE(write_run_file(dir.path(), kWorkerProgram, file));
  EXPECT_TRUE(std::filesystem::exists(dir.path("run/penstock-worker/penstock-worker.json")));
  EXPECT_EQ(read_run_file(dir.path(), kWorkerProgram)->pid, 4711);
  remove_run_file(dir.path(), kWorkerProgram);
  EXPECT_FALSE(read_run_file(dir.path(), kWorkerProgram));
}

TEST(ControlAddress, IsTheSettingOrInTheWorkersRunFolder) {
  const testing::TempDir dir;
  Config config;
  config.state_dir = dir.path();
  EXPECT_EQ(control_address(config), "unix:" + dir.path("run/penstock-worker.sock"));
  std::filesystem::create_directories(dir.path("run/penstock-worker"));
  EXPECT_EQ(control_address(config),
            "unix:" + dir.path("run/penstock-worker/penstock-worker.sock"));
  config.worker.control_listen = "unix:/run/elsewhere";
  EXPECT_EQ(control_address(config), "unix:/run/elsewhere");
}

TEST(RunFile, IsAbsentUntilItIsWrittenAndAfterItIsRemoved) {
  const testing::TempDir dir;
  EXPECT_FALSE(read_run_file(dir.path(), kIngestProgram));
  ASSERT_TRUE(write_run_file(dir.path(), kIngestProgram, RunFile()));
  EXPECT_TRUE(read_run_file(dir.path(), kIngestProgram));
  remove_run_file(dir.path(), kIngestProgram);
  EXPECT_FALSE(read_run_file(dir.path(), kIngestProgram));
}

TEST(RunFile, SaysWhyItCannotBeWritten) {
  const auto written = write_run_file("/nonexistent/state", kIngestProgram, RunFile());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(written.error().native, ENOENT);
}

TEST(RunFile, RefusesAFileThatIsNotOurs) {
  const testing::TempDir dir;
  std::filesystem::create_directory(dir.path("run"));
  for (const char* text : {"", "{}", "{\"listen\":[\"a\"", "{\"listen\":[],\"admin\":\"\",\"pid\":",
                           "{\"listen\":[\"\\", "{\"listen\":[\"\\u00\"],\"admin\":\"\",\"pid\":1}",
                           "{\"listen\":[],\"admin\":\"\",\"pid\":99999999999999999999}"}) {
    std::ofstream(dir.path("run/penstock-ingest.json")) << text;
    EXPECT_FALSE(read_run_file(dir.path(), kIngestProgram)) << text;
  }
}

TEST(RunFile, AnnouncesThisProcessAndWithdrawsOnlyIts) {
  const testing::TempDir dir;
  Config config;
  config.state_dir = dir.path();
  announce(config, kIngestProgram, {"127.0.0.1:1"}, "");
  ASSERT_TRUE(read_run_file(dir.path(), kIngestProgram));
  EXPECT_EQ(read_run_file(dir.path(), kIngestProgram)->pid, getpid());

  RunFile other;
  other.pid = getpid() + 1;
  ASSERT_TRUE(write_run_file(dir.path(), kIngestProgram, other));
  withdraw(config, kIngestProgram);
  EXPECT_TRUE(read_run_file(dir.path(), kIngestProgram));

  announce(config, kIngestProgram, {}, "");
  withdraw(config, kIngestProgram);
  EXPECT_FALSE(read_run_file(dir.path(), kIngestProgram));
}

TEST(RunFile, TellsARunningProgramFromALeftoverFile) {
  RunFile file;
  EXPECT_FALSE(is_running(file, own_name()));
  file.pid = getpid();
  EXPECT_TRUE(is_running(file, own_name()));
  EXPECT_FALSE(is_running(file, "another-program"));  // The id was given away again.
  file.pid = 1 << 30;                                 // Above the kernel's largest.
  EXPECT_FALSE(is_running(file, own_name()));
}

TEST(RunFile, PutsTheRealPortInPlaceOfZero) {
  EXPECT_EQ(with_port("127.0.0.1:0", 4080), "127.0.0.1:4080");
  EXPECT_EQ(with_port("[::1]:0", 4080), "[::1]:4080");
  EXPECT_EQ(with_port("127.0.0.1:80", 4080), "127.0.0.1:80");
  EXPECT_EQ(with_port("127.0.0.1:10", 4080), "127.0.0.1:10");
  EXPECT_EQ(with_port("unix:/tmp/x:0", 4080), "unix:/tmp/x:0");
  EXPECT_EQ(with_port("", 4080), "");
  EXPECT_EQ(with_port(Addresses{"unix:/x", "127.0.0.1:0", "[::1]:0"}, 4080),
            (Addresses{"unix:/x", "127.0.0.1:4080", "[::1]:0"}));
}

}  // namespace
}  // namespace penstock::app
