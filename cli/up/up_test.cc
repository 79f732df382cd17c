#include "cli/up/up.h"

#include <fstream>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "app/process/state_lock.h"
#include "cli/shared/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

Ran run_up(const std::vector<std::string>& arguments) {
  static constexpr AddVerb kVerb[] = {add_up};
  return run_tool(kVerb, arguments);
}

// What happens before anything is started; tests/e2e/up_test.py has the rest, with real programs.

TEST(Up, RefusesAnAddressThatIsTaken) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string taken = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));

  const testing::TempDir dir;
  const Ran ran = run_up({"up", "--data", dir.path(), "--set", "console.listen=" + taken, "--set",
                          "ingest.listen=127.0.0.1:0", "--set", "ingest.admin_listen=", "--set",
                          "worker.admin_listen=", "--set", "console.admin_listen="});
  close(listener);
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find(taken + " is taken"), std::string::npos) << ran.err;
}

TEST(Up, RefusesAFolderThatIsInUse) {
  const testing::TempDir dir;
  app::RunFile file;
  file.pid = getpid();
  std::ifstream in("/proc/self/comm");
  std::string own_name;
  std::getline(in, own_name);
  // This process is not called penstock-ingest, so the file counts as left over…
  ASSERT_TRUE(app::write_run_file(dir.path(), app::kIngestProgram, file));
  const auto lock = app::lock_state(dir.path(), app::kIngestProgram);
  ASSERT_TRUE(lock);
  EXPECT_FALSE(app::is_running(file, app::kIngestProgram));
  // …unless its name is.
  ASSERT_EQ(prctl(PR_SET_NAME, "penstock-ingest"), 0);
  const Ran ran = run_up({"up", "--data", dir.path()});
  ASSERT_EQ(prctl(PR_SET_NAME, own_name.c_str()), 0);
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("penstock-ingest runs on"), std::string::npos) << ran.err;
}

TEST(Up, SaysThatItsFolderCannotBeMade) {
  const Ran ran = run_up({"up", "--data", "/nonexistent/parent/data"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("/nonexistent/parent/data"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace penstock::cli
