#include "cli/status/status.h"

#include <gtest/gtest.h>

#include "cli/shared/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

Ran run_status(const std::vector<std::string>& arguments) {
  static constexpr AddVerb kVerb[] = {add_status};
  return run_tool(kVerb, arguments);
}

TEST(Status, IsShownAndFailsWhereNothingRuns) {
  const testing::TempDir dir;
  const Ran text = run_status({"status", "--data", dir.path()});
  EXPECT_EQ(text.code, 1);
  EXPECT_NE(text.out.find("Nothing is running"), std::string::npos) << text.out;
  const Ran json = run_status({"status", "--json", "--data", dir.path()});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.out.front(), '{') << json.out;
}

// Looking must not make a queue or a store that was not there.
TEST(Status, ChangesNothing) {
  const testing::TempDir dir;
  run_status({"status", "--data", dir.path()});
  EXPECT_NE(access(dir.path("events").c_str(), F_OK), 0);
  EXPECT_NE(access(dir.path("spool").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace penstock::cli
