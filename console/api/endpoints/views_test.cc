#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

class Views : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("root@x", Role::kAdmin);
    console_.add_user("ada@x", Role::kEditor);
    console_.add_user("bob@x", Role::kViewer);
    console_.start();
    root_ = console_.sign_in("root@x");
    ada_ = console_.sign_in("ada@x");
    bob_ = console_.sign_in("bob@x");
  }

  Answer ask(const Visitor& who, std::string_view method, std::string_view path,
             std::string_view body = "") const {
    return console_.ask(method, str_cat("/api/v1/views", path), who.headers(), body);
  }
  Answer post(const Visitor& who, std::string_view name, bool is_shared) const {
    return ask(who, "POST", "",
               str_cat(R"({"name":")", name, R"(","page":"/events","query":"range=7d",)",
                       R"("is_shared":)", is_shared ? "true" : "false", "}"));
  }

  TestConsole console_;
  Visitor root_;
  Visitor ada_;
  Visitor bob_;
};

TEST_F(Views, ArePrivateOrShared) {
  const Answer made = post(ada_, " mine ", false);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.member("name"), "mine");
  EXPECT_TRUE(made.says("\"may_change\":true"));
  ASSERT_EQ(post(ada_, "ours", true).status, 200);
  EXPECT_TRUE(ask(ada_, "GET", "").says("\"name\":\"mine\""));
  const Answer bobs = ask(bob_, "GET", "");
  EXPECT_FALSE(bobs.says("mine")) << bobs.body;
  EXPECT_TRUE(bobs.says(R"("name":"ours","page":"/events","query":"range=7d","is_shared":true,)"
                        R"("owner":"ada@x","may_change":false)"));
}

TEST_F(Views, AreAnEditorsToShare) {
  EXPECT_EQ(post(bob_, "ours", true).status, 403);
  ASSERT_EQ(post(bob_, "mine", false).status, 200);
  EXPECT_EQ(ask(bob_, "PATCH", "/1", R"({"is_shared":true})").status, 403);
  EXPECT_EQ(ask(bob_, "PATCH", "/1", R"({"name":"renamed"})").member("name"), "renamed");
}

TEST_F(Views, AreTheirOwnersOrAnAdministratorsToChange) {
  ASSERT_EQ(post(ada_, "mine", false).status, 200);
  ASSERT_EQ(post(ada_, "ours", true).status, 200);
  const std::string_view change = R"({"query":"range=30d"})";
  EXPECT_EQ(ask(bob_, "PATCH", "/1", change).status, 404) << "he does not see it";
  EXPECT_EQ(ask(root_, "DELETE", "/1").status, 404) << "private is private";
  EXPECT_EQ(ask(bob_, "PATCH", "/2", change).status, 403);
  EXPECT_EQ(ask(bob_, "DELETE", "/2").status, 403);
  EXPECT_EQ(ask(root_, "PATCH", "/2", change).member("query"), "range=30d");
  EXPECT_EQ(ask(ada_, "PATCH", "/2", R"({"is_shared":false})").status, 200);
  EXPECT_FALSE(ask(bob_, "GET", "").says("ours"));
  EXPECT_EQ(ask(ada_, "DELETE", "/2").status, 204);
  EXPECT_EQ(ask(ada_, "DELETE", "/2").status, 404);
  for (const char* id : {"/0", "/x", "/99"}) EXPECT_EQ(ask(ada_, "DELETE", id).status, 404);
}

TEST_F(Views, WithoutAnOwnerAreAnAdministrators) {
  ASSERT_EQ(post(ada_, "ours", true).status, 200);
  ASSERT_EQ(console_.ask("DELETE", "/api/v1/users/2", root_.headers()).status, 204);
  EXPECT_TRUE(ask(bob_, "GET", "").says("\"owner\":\"\""));
  EXPECT_EQ(ask(bob_, "DELETE", "/1").status, 403);
  EXPECT_EQ(ask(root_, "PATCH", "/1", R"({"is_shared":false})").member("owner"), "root@x");
  EXPECT_TRUE(ask(root_, "GET", "").says("ours"));
}

TEST_F(Views, AreRefusedForWhatIsNoView) {
  for (const char* body :
       {R"({"name":"","page":"/events","query":""})", R"({"name":"a","page":"/x","query":""})",
        R"({"name":"a","page":"/events","query":"\"><script>"})",
        R"({"name":"a","page":"/events"})", R"({"name":"a","page":"/events","query":1})",
        R"({"name":"a\u0007","page":"/events","query":""})",
        R"({"name":"a","page":"/events","query":"","is_shared":"yes"})", "[]"}) {
    EXPECT_EQ(ask(ada_, "POST", "", body).status, 400) << body;
  }
  const std::string long_query =
      str_cat(R"({"name":"a","page":"/events","query":")", std::string(4'097, 'a'), "\"}");
  EXPECT_EQ(ask(ada_, "POST", "", long_query).status, 400);
  ASSERT_EQ(post(ada_, "mine", false).status, 200);
  EXPECT_EQ(ask(ada_, "PATCH", "/1", R"({"page":"//evil.example"})").status, 400);
}

}  // namespace
}  // namespace penstock::console
