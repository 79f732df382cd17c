#include <filesystem>

#include <gtest/gtest.h>

#include "cli/verb/verb_testing.h"
#include "intake/key_table.h"
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
  EXPECT_EQ(table.find(secret)->entry().project, "shop");

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

TEST(Key, IsBoundToWhatIsSaid) {
  const testing::TempDir dir;
  const Ran made = run_key(dir, {"create", "shop", "--name", "the page", "--quota", "600",
                                 "--origin", "https://Shop.example/", "--origin",
                                 "https://*.shop.example", "--address", "10.0.0.0/8"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto keys = intake::read_keys(dir.path("keys.json"));
  EXPECT_EQ(keys->front().rules,
            (intake::KeyRules{
                600, {"https://shop.example", "https://*.shop.example"}, {"10.0.0.0/8"}, 0}));
  const Ran list = run_key(dir, {"list"});
  EXPECT_NE(list.out.find("600/min https://shop.example https://*.shop.example 10.0.0.0/8"),
            std::string::npos)
      << list.out;
  EXPECT_EQ(run_key(dir, {"create", "shop", "--origin", "shop.example"}).code, 2);
  EXPECT_EQ(run_key(dir, {"create", "shop", "--address", "here"}).code, 2);
  EXPECT_EQ(run_key(dir, {"create", "shop", "--quota", "-1"}).code, 2);
  EXPECT_EQ(run_key(dir, {"create", "shop", "--name", "a\nb"}).code, 2);
}

TEST(Key, IsRotatedWithAnOverlap) {
  const testing::TempDir dir;
  run_key(dir, {"create", "shop", "--quota", "600"});
  const std::string id = intake::read_keys(dir.path("keys.json"))->front().id;
  const Ran turned = run_key(dir, {"rotate", id, "--overlap", "2"});
  ASSERT_EQ(turned.code, 0) << turned.err;
  EXPECT_EQ(turned.out.substr(0, 3), "pk_");
  auto keys = intake::read_keys(dir.path("keys.json"));
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].rules.expires_at_ms - (*keys)[1].created_at_ms, 2 * 3'600'000);
  EXPECT_EQ((*keys)[1].rules.events_a_minute, 600);
  EXPECT_EQ(run_key(dir, {"rotate", id, "--overlap", "0"}).code, 0);
  EXPECT_TRUE(intake::read_keys(dir.path("keys.json"))->front().is_revoked());
  EXPECT_EQ(run_key(dir, {"rotate", id}).code, 1);
  EXPECT_EQ(run_key(dir, {"rotate", "knobody"}).code, 1);
  EXPECT_EQ(run_key(dir, {"rotate", (*keys)[1].id, "--overlap", "-1"}).code, 2);
}

// Those that the console has made lie in a file of its own.
TEST(Key, IsFoundInTheConsolesFile) {
  const testing::TempDir dir;
  run_key(dir, {"create", "shop"});
  std::filesystem::create_directory(dir.path("keys"));
  const std::string file = dir.path("keys/console.json");
  const intake::NewKey made = intake::make_key("blog", false, 1);
  ASSERT_TRUE(intake::change_keys(file, [&](intake::Keys& keys) {
    keys.push_back(made.entry);
    return intake::KeysChange::kMade;
  }));
  const Ran list = run_key(dir, {"list"});
  EXPECT_NE(list.out.find("shop"), std::string::npos);
  EXPECT_NE(list.out.find(made.entry.id), std::string::npos);
  EXPECT_EQ(run_key(dir, {"rotate", made.entry.id}).code, 0);
  EXPECT_EQ(intake::read_keys(file)->size(), 2u);
  EXPECT_EQ(run_key(dir, {"revoke", made.entry.id}).code, 0);
  EXPECT_TRUE(intake::read_keys(file)->front().is_revoked());
  EXPECT_EQ(intake::read_keys(dir.path("keys.json"))->size(), 1u);
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
