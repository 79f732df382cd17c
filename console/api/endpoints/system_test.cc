#include <gtest/gtest.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;

TEST(System, ListsProgramsAndWhoRuns) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.start();
  // Some process that is there and is none of ours.
  app::RunFile file;
  file.listen = {"127.0.0.1:8080"};
  file.pid = ::getpid();
  ASSERT_TRUE(app::write_run_file(console.settings().state_dir, app::kIngestProgram, file));

  const Answer answer = console.ask("GET", "/api/v1/system", console.sign_in("ada@x").headers());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.member("version"), "0.0.0-test");
  for (const char* program : {"penstock-ingest", "penstock-worker", "penstock-console"}) {
    EXPECT_TRUE(answer.says(
        str_cat("{\"name\":\"", program, "\",\"running\":false,\"listen\":[],\"tls_listen\":[]}")))
        << answer.body;
  }
  EXPECT_TRUE(answer.says(R"("store":{"bytes":)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("full_in_days":)")) << answer.body;
}

}  // namespace
}  // namespace penstock::console
