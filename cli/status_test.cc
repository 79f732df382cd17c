#include <gtest/gtest.h>

#include "cli/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

TEST(Status, IsShownAndFailsWhereNothingRuns) {
  const testing::TempDir dir;
  const Ran text = run_tool({"status", "--data", dir.path()});
  EXPECT_EQ(text.code, 1);
  EXPECT_NE(text.out.find("Nothing is running"), std::string::npos) << text.out;
  const Ran json = run_tool({"status", "--json", "--data", dir.path()});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.out.front(), '{') << json.out;
}

// Looking must not make a queue or a store that was not there.
TEST(Status, ChangesNothing) {
  const testing::TempDir dir;
  run_tool({"status", "--data", dir.path()});
  EXPECT_NE(access(dir.path("events").c_str(), F_OK), 0);
  EXPECT_NE(access(dir.path("spool").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace penstock::cli
