#include <fstream>

#include <gtest/gtest.h>

#include "console/api/auth/audit_log.h"
#include "console/api/endpoints/test_console.h"
#include "intake/key_table.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

class Keys : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("root@x", Role::kAdmin);
    console_.add_user("ada@x", Role::kEditor);
    console_.start();
    root_ = console_.sign_in("root@x");
  }

  Answer ask(std::string_view method, std::string_view path, std::string_view body = "") const {
    return console_.ask(method, str_cat("/api/v1", path), root_.headers(), body);
  }
  // What the intake makes of a key.
  const intake::KnownKey* find(const std::string& secret) {
    intake::Keys all = *intake::read_keys(console_.settings().roots_keys_path);
    intake::add_keys(all, *intake::read_keys(console_.settings().keys_path));
    table_.emplace(all);
    return table_->find(secret);
  }

  TestConsole console_;
  Visitor root_;
  std::optional<intake::KeyTable> table_;
};

TEST_F(Keys, AreMadeAndShownOnce) {
  const Answer made = ask("POST", "/keys",
                          R"({"project":" shop ","name":"the page","events_a_minute":600,
              "origins":["https://Shop.example/"],"addresses":["10.0.0.0/8"]})");
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string secret = made.member("secret");
  EXPECT_EQ(secret.substr(0, 3), "pk_");
  const intake::KnownKey* key = find(secret);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->entry().project, "shop");
  EXPECT_EQ(key->entry().rules,
            (intake::KeyRules{600, {"https://shop.example"}, {"10.0.0.0/8"}, 0}));

  const Answer list = ask("GET", "/keys");
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_TRUE(list.says(R"("project":"shop","name":"the page","server_side":false)")) << list.body;
  EXPECT_TRUE(list.says(R"("since":null)"));
  EXPECT_FALSE(list.says(secret));
  EXPECT_FALSE(list.says(key->entry().hash));
  const Answer audit = ask("GET", "/audit");
  EXPECT_TRUE(audit.says("key.add")) << audit.body;
  EXPECT_FALSE(audit.says(secret));
}

TEST_F(Keys, AreForAdministrators) {
  const Visitor ada = console_.sign_in("ada@x");
  EXPECT_EQ(console_.ask("GET", "/api/v1/keys", ada.headers()).status, 403);
  EXPECT_EQ(console_.ask("POST", "/api/v1/keys", ada.headers(), R"({"project":"x"})").status, 403);
}

TEST_F(Keys, SayWhatIsWrongWithThem) {
  for (const char* bad :
       {R"({})", R"({"project":" "})", R"({"project":"a\nb"})", R"({"project":7})",
        R"({"project":"p","origins":["shop.example"]})", R"({"project":"p","origins":"x"})",
        R"({"project":"p","addresses":["here"]})", R"({"project":"p","events_a_minute":-1})",
        R"({"project":"p","name":"a\u0007"})", R"([])"}) {
    EXPECT_EQ(ask("POST", "/keys", bad).status, 400) << bad;
  }
  EXPECT_FALSE(std::filesystem::exists(console_.settings().keys_path));
}

TEST_F(Keys, AreChangedRotatedAndRevoked) {
  const Answer made = ask("POST", "/keys", R"({"project":"shop"})");
  const std::string path = "/keys/" + made.member("id");
  const Answer changed = ask("PATCH", path, R"({"name":"page","events_a_minute":5})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_TRUE(changed.says(R"("name":"page","server_side":false,"events_a_minute":5)"));
  EXPECT_EQ(ask("PATCH", path, R"({"origins":["x"]})").status, 400);
  EXPECT_TRUE(ask("PATCH", path, R"({"origins":["https://a.example"]})").says("\"name\":\"page\""));

  const Answer turned = ask("POST", path + "/rotate", R"({"overlap_hours":2})");
  ASSERT_EQ(turned.status, 200) << turned.body;
  EXPECT_EQ(find(turned.member("secret"))->entry().rules.events_a_minute, 5);
  EXPECT_EQ(find(made.member("secret"))->entry().rules.expires_at_ms,
            testing::kEventsNow + 2 * 3'600'000);
  EXPECT_EQ(ask("POST", path + "/rotate", R"({"overlap_hours":-1})").status, 400);

  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_TRUE(find(made.member("secret"))->is_revoked());
  EXPECT_FALSE(find(turned.member("secret"))->is_revoked());
  EXPECT_EQ(ask("DELETE", path).status, 204);  // Asking twice is no failure.
  EXPECT_EQ(ask("PATCH", path, "{}").status, 409);
  EXPECT_EQ(ask("POST", path + "/rotate", "{}").status, 409);
  for (const char* method : {"PATCH", "DELETE"}) {
    EXPECT_EQ(ask(method, "/keys/knobody", "{}").status, 404);
  }
}

// Root's file stays as it is: the console may not write it.
TEST_F(Keys, OfRootCanBeEndedAlone) {
  const intake::NewKey roots = intake::make_key("blog", false, 5);
  ASSERT_TRUE(intake::change_keys(console_.settings().roots_keys_path, [&](intake::Keys& keys) {
    keys.push_back(roots.entry);
    return intake::KeysChange::kMade;
  }));
  EXPECT_TRUE(ask("GET", "/keys").says(R"("may_change":false)"));
  const std::string path = "/keys/" + roots.entry.id;
  EXPECT_EQ(ask("PATCH", path, "{}").status, 409);
  EXPECT_EQ(ask("POST", path + "/rotate", "{}").status, 409);
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_TRUE(find(roots.key)->is_revoked());
  EXPECT_FALSE(intake::read_keys(console_.settings().roots_keys_path)->front().is_revoked());
  EXPECT_TRUE(ask("GET", "/keys").says(str_cat("\"revoked_at\":", testing::kEventsNow)));
}

TEST_F(Keys, OfSdksAreAdopted) {
  const Answer adopted =
      ask("POST", "/keys/adopt", R"({"key":" phc_0123456789 ","project":"shop","name":"app"})");
  ASSERT_EQ(adopted.status, 200) << adopted.body;
  ASSERT_NE(find("phc_0123456789"), nullptr);
  EXPECT_EQ(find("phc_0123456789")->entry().project, "shop");
  EXPECT_FALSE(ask("GET", "/keys").says("phc_0123456789"));
  EXPECT_FALSE(ask("GET", "/audit").says("phc_0123456789"));
  EXPECT_EQ(ask("POST", "/keys/adopt", R"({"key":"phc_0123456789","project":"x"})").status, 409);
  EXPECT_EQ(ask("POST", "/keys/adopt", R"({"key":"short","project":"x"})").status, 400);
}

TEST_F(Keys, ThatCannotBeReadAreSaid) {
  std::filesystem::create_directories(
      std::filesystem::path(console_.settings().keys_path).parent_path());
  std::ofstream(console_.settings().keys_path) << "{";
  EXPECT_GE(ask("GET", "/keys").status, 500);
  EXPECT_GE(ask("POST", "/keys", R"({"project":"x"})").status, 500);
}

}  // namespace
}  // namespace penstock::console
