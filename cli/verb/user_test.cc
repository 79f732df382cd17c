#include <gtest/gtest.h>

#include "cli/verb/verb_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

constexpr const char* kPassword = "a long enough pass phrase\n";

Ran run_user(const testing::TempDir& dir, std::vector<std::string> arguments,
             const std::string& input = "") {
  arguments.insert(arguments.begin(), "user");
  arguments.insert(arguments.end(), {"--data", dir.path()});
  return run_tool(arguments, input);
}

TEST(User, IsAddedListedChangedAndRemoved) {
  const testing::TempDir dir;
  const Ran added = run_user(dir, {"add", "eve@example.test", "--role", "admin"}, kPassword);
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(run_user(dir, {"add", "bob@example.test", "--must-change"}, kPassword).code, 0);

  const Ran list = run_user(dir, {"list"});
  EXPECT_NE(list.out.find("eve@example.test"), std::string::npos);
  EXPECT_NE(list.out.find("admin"), std::string::npos);
  EXPECT_NE(list.out.find("viewer"), std::string::npos);
  EXPECT_NE(list.out.find("must change password"), std::string::npos);

  EXPECT_EQ(run_user(dir, {"passwd", "bob@example.test"}, "another long pass phrase\n").code, 0);
  EXPECT_EQ(run_user(dir, {"remove", "bob@example.test"}).code, 0);
  EXPECT_EQ(run_user(dir, {"list"}).out.find("bob@example.test"), std::string::npos);
}

TEST(User, NeedsAPasswordThatKeepsTheRules) {
  const testing::TempDir dir;
  const Ran weak = run_user(dir, {"add", "eve@example.test"}, "short\n");
  EXPECT_EQ(weak.code, 1);
  EXPECT_NE(weak.err.find("12 to 128"), std::string::npos) << weak.err;
  const Ran none = run_user(dir, {"add", "eve@example.test"});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("nothing came"), std::string::npos) << none.err;
  EXPECT_EQ(run_user(dir, {"list"}).out.find("eve@example.test"), std::string::npos);
}

TEST(User, IsThereOnlyOnce) {
  const testing::TempDir dir;
  EXPECT_EQ(run_user(dir, {"add", "eve@example.test", "--role", "admin"}, kPassword).code, 0);
  EXPECT_EQ(run_user(dir, {"add", "eve@example.test"}, kPassword).code, 1);
  EXPECT_EQ(run_user(dir, {"remove", "nobody@example.test"}).code, 1);
  EXPECT_EQ(run_user(dir, {"passwd", "nobody@example.test"}, kPassword).code, 1);
  EXPECT_EQ(run_user(dir, {"remove", "eve@example.test"}).code, 1);  // The last administrator.
}

TEST(User, NeedsAStateDirectory) {
  const Ran ran = run_tool({"user", "list", "--data", "/nonexistent/folder"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("/nonexistent/folder"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace penstock::cli
