#include <gtest/gtest.h>

#include "cli/verb/verb_testing.h"
#include "intake/keys.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

Ran run_key(const testing::TempDir& dir, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "key");
  arguments.insert(arguments.end(), {"--data", dir.path()});
  return run_tool(arguments);
}

TEST(Key, IsShownOnceAndKeptAsAHash) {
  const testing::TempDir dir;
  const Ran made = run_key(dir, {"create", "--project", "shop", "--server-side"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out.substr(0, 3), "pk_");
  const std::string secret = made.out.substr(0, made.out.find('\n'));
  EXPECT_EQ(made.err.find(secret), std::string::npos);
  EXPECT_NE(made.err.find("No penstock-ingest runs"), std::string::npos) << made.err;

  const auto keys = intake::read_keys(dir.path("keys.json"));
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_TRUE(keys->front().server_side);
  intake::KeyTable table(*keys);
  ASSERT_NE(table.find(secret), nullptr);
  EXPECT_EQ(table.find(secret)->project, "shop");

  const Ran list = run_key(dir, {"list"});
  EXPECT_NE(list.out.find("shop"), std::string::npos);
  EXPECT_EQ(list.out.find(secret), std::string::npos);
}

TEST(Key, IsWrittenAsJsonForScripts) {
  const testing::TempDir dir;
  const Ran made = run_key(dir, {"create", "shop", "--json"});
  EXPECT_EQ(made.out.substr(0, 11), "{\"key\":\"pk_") << made.out;
  const Ran list = run_key(dir, {"list", "--json"});
  EXPECT_EQ(list.out.substr(0, 8), "[{\"id\":\"") << list.out;
  EXPECT_NE(list.out.find("\"revoked_at\":null"), std::string::npos) << list.out;
}

TEST(Key, IsKnownNoMoreOnceRevoked) {
  const testing::TempDir dir;
  const Ran made = run_key(dir, {"create", "shop"});
  const std::string secret = made.out.substr(0, made.out.find('\n'));
  const std::string id = intake::read_keys(dir.path("keys.json"))->front().id;

  EXPECT_EQ(run_key(dir, {"revoke", id}).code, 0);
  intake::KeyTable table(*intake::read_keys(dir.path("keys.json")));
  ASSERT_NE(table.find(secret), nullptr);  // Kept, so that it is refused for good.
  EXPECT_TRUE(table.find(secret)->is_revoked());
  EXPECT_EQ(run_key(dir, {"revoke", id}).code, 0);  // Asking twice is no failure.
  EXPECT_EQ(run_key(dir, {"revoke", "knobody"}).code, 1);
}

TEST(Key, BelongsToAProjectWithAName) {
  const testing::TempDir dir;
  EXPECT_EQ(run_key(dir, {"create", ""}).code, 2);
  EXPECT_EQ(run_key(dir, {"create", std::string(65, 'x')}).code, 2);
  EXPECT_EQ(run_key(dir, {"create", "a\nb"}).code, 2);
}

TEST(Key, SaysWhereItCannotBeKept) {
  const Ran ran = run_tool({"key", "create", "shop", "--data", "/nonexistent/folder"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("/nonexistent/folder cannot be used: open a folder: No such file"),
            std::string::npos)
      << ran.err;
}

}  // namespace
}  // namespace penstock::cli
