#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

class Users : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("root@x", Role::kAdmin);  // Id 1.
    console_.add_user("ada@x", Role::kEditor);  // Id 2.
    console_.start();
    root_ = console_.sign_in("root@x");
  }

  Answer ask(std::string_view method, std::string_view path, std::string_view body = "") const {
    return console_.ask(method, str_cat("/api/v1/users", path), root_.headers(), body);
  }
  std::string audit() const { return console_.ask("GET", "/api/v1/audit", root_.headers()).body; }

  TestConsole console_;
  Visitor root_;
};

TEST_F(Users, AreListedWithTheirLastSignIn) {
  const Answer answer = ask("GET", "");
  ASSERT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says(R"({"id":2,"email":"ada@x","role":"editor",)")) << answer.body;
  EXPECT_TRUE(answer.says("\"last_sign_in_at\":null"));
  EXPECT_TRUE(answer.says(str_cat("\"last_sign_in_at\":", testing::kEventsNow)));
  EXPECT_FALSE(answer.says("argon2"));
}

TEST_F(Users, AreMadeWithAPasswordToChange) {
  const std::string_view body =
      R"({"email":"Bob@X","role":"viewer","password":"a fairly long one"})";
  const Answer made = ask("POST", "", body);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.member("email"), "bob@x");
  EXPECT_TRUE(made.says("\"must_change_password\":true"));
  EXPECT_EQ(ask("POST", "", body).status, 409) << "taken";
  EXPECT_EQ(ask("POST", "", R"({"email":"c@x","role":"viewer","password":"short"})").status, 422);
  EXPECT_EQ(ask("POST", "", R"({"email":"c","role":"viewer","password":"x"})").status, 400);
  EXPECT_EQ(ask("POST", "", R"({"email":"c@x","role":"root","password":"x"})").status, 400);
  EXPECT_EQ(ask("POST", "", R"({"email":"c@x"})").status, 400);
  EXPECT_NE(audit().find(R"("actor":"root@x","act":"user.add","subject":"bob@x")"),
            std::string::npos);
  EXPECT_EQ(audit().find("fairly"), std::string::npos);
}

TEST_F(Users, ChangeTheirRole) {
  const Visitor ada = console_.sign_in("ada@x");
  const Answer changed = ask("PATCH", "/2", R"({"role":"viewer"})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.member("role"), "viewer");
  EXPECT_EQ(console_.ask("GET", "/api/v1/queue", ada.headers()).status, 401) << "it ended";
  EXPECT_NE(audit().find(R"("act":"user.role","subject":"ada@x","detail":"editor to viewer")"),
            std::string::npos);
  EXPECT_EQ(ask("PATCH", "/1", R"({"role":"viewer"})").status, 409) << "the last administrator";
  for (const char* id : {"/3", "/0", "/-1", "/x", "/2x", "/99999999999999999999"}) {
    EXPECT_EQ(ask("PATCH", id, R"({"role":"viewer"})").status, 404) << id;
  }
  EXPECT_EQ(ask("PATCH", "/2", R"({"role":"root"})").status, 400);
  EXPECT_EQ(ask("PATCH", "/2", "{}").status, 400);
}

TEST_F(Users, HaveRolesBySomeProjects) {
  const Answer made = ask("POST", "",
                          R"({"email":"bob@x","password":"a fairly long one","projects":[
      {"project":"shop","role":"editor"},{"project":"blog","role":"viewer"}]})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(made.says(R"("role":"none","projects":[{"project":"blog","role":"viewer"},)"
                        R"({"project":"shop","role":"editor"}])"))
      << made.body;
  EXPECT_NE(audit().find(R"("detail":"as blog: viewer, shop: editor")"), std::string::npos);
  const Answer changed = ask("PATCH", "/2", R"({"projects":[{"project":"shop","role":"admin"}]})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_NE(audit().find(R"("subject":"ada@x","detail":"editor to shop: admin")"),
            std::string::npos);
  EXPECT_EQ(ask("PATCH", "/1", R"({"projects":[{"project":"shop","role":"admin"}]})").status, 409)
      << "the last administrator";
  const Answer back = ask("PATCH", "/2", R"({"role":"viewer","projects":null})");
  EXPECT_TRUE(back.says(R"("role":"viewer","projects":null)")) << back.body;

  for (const char* body :
       {R"({"projects":[]})", R"({"projects":{}})", R"({"projects":"shop"})",
        R"({"projects":["shop"]})", R"({"projects":[{"project":"shop"}]})",
        R"({"projects":[{"project":"shop","role":"none"}]})",
        R"({"projects":[{"project":"","role":"viewer"}]})",
        R"({"projects":[{"project":"a","role":"viewer"},{"project":"a","role":"admin"}]})",
        R"({"role":"viewer","projects":[{"project":"a","role":"viewer"}]})", R"({"role":7})",
        R"({"role":null})", R"([])", R"({"role":"viewer")"}) {
    const Answer refused = ask("PATCH", "/2", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_NE(refused.member("detail"), "") << body;
  }
}

TEST_F(Users, GoWithAllThatIsTheirs) {
  const Visitor ada = console_.sign_in("ada@x");
  EXPECT_EQ(ask("DELETE", "/2").status, 204);
  EXPECT_EQ(console_.ask("GET", "/api/v1/session", ada.headers()).status, 401);
  EXPECT_EQ(ask("DELETE", "/2").status, 404);
  EXPECT_EQ(ask("DELETE", "/1").status, 409) << "the last administrator";
  EXPECT_NE(audit().find(R"("act":"user.remove","subject":"ada@x")"), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
