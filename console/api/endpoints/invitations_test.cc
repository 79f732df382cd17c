#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

class InvitationsByLink : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("root@x", Role::kAdmin);
    console_.start();
    root_ = console_.sign_in("root@x");
  }

  Answer invite(std::string_view email, std::string_view role = "editor") const {
    return console_.ask("POST", "/api/v1/invitations", root_.headers(),
                        str_cat(R"({"email":")", email, R"(","role":")", role, R"("})"));
  }
  static std::string token_of(const Answer& made) {
    const std::string path = made.member("path");
    EXPECT_EQ(path.substr(0, 12), "/invitation#") << path;
    return path.substr(12);
  }
  Answer read(std::string_view token) const {
    return console_.ask("POST", "/api/v1/invitations/read", {},
                        str_cat(R"({"token":")", token, R"("})"));
  }
  Answer accept(std::string_view token, std::string_view password) const {
    return console_.ask("POST", "/api/v1/invitations/accept", {},
                        str_cat(R"({"token":")", token, R"(","password":")", password, R"("})"));
  }

  TestConsole console_;
  Visitor root_;
};

TEST_F(InvitationsByLink, MakeAUserWhoIsSignedIn) {
  const Answer made = invite("Ada@x");
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string token = token_of(made);
  EXPECT_EQ(token.size(), 43u);
  const Answer list = console_.ask("GET", "/api/v1/invitations", root_.headers());
  EXPECT_TRUE(list.says(R"("email":"ada@x","role":"editor","projects":null,)"
                        R"("invited_by":"root@x")"))
      << list.body;
  EXPECT_FALSE(list.says(token)) << "shown once";

  EXPECT_EQ(read(token).member("email"), "ada@x");
  EXPECT_EQ(accept(token, "short").status, 422);
  const Answer accepted = accept(token, "a password of hers");
  ASSERT_EQ(accepted.status, 200) << accepted.body;
  const Visitor ada = TestConsole::visitor_of(accepted);
  const Answer who = console_.ask("GET", "/api/v1/session", ada.headers());
  EXPECT_EQ(who.member("email"), "ada@x");
  EXPECT_EQ(who.member("role"), "editor");
  EXPECT_TRUE(who.says("\"must_change_password\":false"));

  EXPECT_EQ(accept(token, "a password of hers").status, 404) << "once";
  EXPECT_EQ(read(token).status, 404);
  EXPECT_EQ(invite("ada@x").status, 409);
  const Answer audit = console_.ask("GET", "/api/v1/audit", root_.headers());
  EXPECT_TRUE(audit.says(R"("act":"user.invite","subject":"ada@x")"));
  EXPECT_TRUE(audit.says(R"("actor":"ada@x","act":"user.accept")"));
  EXPECT_FALSE(audit.says(token));
}

TEST_F(InvitationsByLink, AreTakenBack) {
  const std::string token = token_of(invite("ada@x"));
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/invitations/1", root_.headers()).status, 204);
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/invitations/1", root_.headers()).status, 404);
  EXPECT_EQ(accept(token, "a password of hers").status, 404);
  EXPECT_EQ(invite("no address").status, 400);
  EXPECT_EQ(invite("ada@x", "root").status, 400);
}

TEST_F(InvitationsByLink, AreNotGuessedAtFullSpeed) {
  Answer answer;
  int tries = 0;
  while ((answer = accept("a wrong guess", "a password of hers")).status == 404 && tries < 50) {
    ++tries;
  }
  EXPECT_EQ(answer.status, 429);
  EXPECT_NE(answer.header("Retry-After"), "");
  EXPECT_LE(tries, 6);
  EXPECT_EQ(read("a wrong guess").status, 429);
}

TEST_F(InvitationsByLink, ComeFromOurOwnPageAlone) {
  const std::string token = token_of(invite("ada@x"));
  const Answer answer =
      console_.ask("POST", "/api/v1/invitations/accept", {{"Origin", "https://elsewhere.example"}},
                   str_cat(R"({"token":")", token, R"(","password":"a password of hers"})"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.member("error"), "cross_origin");
}

}  // namespace
}  // namespace penstock::console
