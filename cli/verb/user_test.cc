#include <filesystem>
#include <fstream>

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

// Somebody who asks in the wrong folder must not leave a file there that looks like the right one.
TEST(User, IsLookedForWithoutMakingAnything) {
  const testing::TempDir dir;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list"}, {"passwd", "eve@example.test"}, {"remove", "e@e.test"}}) {
    const Ran ran = run_user(dir, arguments, kPassword);
    EXPECT_EQ(ran.code, 1);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("there are no users: " + dir.path("console/console.db")),
              std::string::npos)
        << ran.err;
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));

  EXPECT_EQ(run_user(dir, {"add", "eve@example.test"}, kPassword).code, 0);
  const auto files = [&dir] {
    return std::distance(std::filesystem::directory_iterator(dir.path("console")), {});
  };
  EXPECT_EQ(files(), 1);
  EXPECT_NE(run_user(dir, {"list"}).out.find("eve@example.test"), std::string::npos);
  EXPECT_EQ(files(), 1);  // No -wal and no -shm.
}

// Users of an older version stand in the state directory until somebody changes one.
TEST(User, OfAnOlderVersionIsFoundAndMoved) {
  const testing::TempDir dir;
  EXPECT_EQ(run_user(dir, {"add", "eve@example.test"}, kPassword).code, 0);
  std::filesystem::rename(dir.path("console/console.db"), dir.path("console.db"));
  std::filesystem::remove_all(dir.path("console"));
  EXPECT_NE(run_user(dir, {"list"}).out.find("eve@example.test"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(dir.path("console")));
  EXPECT_EQ(run_user(dir, {"passwd", "eve@example.test"}, kPassword).code, 0);
  EXPECT_FALSE(std::filesystem::exists(dir.path("console.db")));
  EXPECT_NE(run_user(dir, {"list"}).out.find("eve@example.test"), std::string::npos);
}

TEST(User, IsNotListedFromAFileThatIsNone) {
  const testing::TempDir dir;
  std::ofstream(dir.path("console.db")) << "no database";
  const Ran ran = run_user(dir, {"list"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("console.db cannot be read: "), std::string::npos) << ran.err;
}

TEST(User, NeedsAStateDirectory) {
  const Ran ran = run_tool({"user", "list", "--data", "/nonexistent/folder"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("/nonexistent/folder"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace penstock::cli
