#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::Headers;
using testing::TestConsole;
using testing::Visitor;

constexpr std::int64_t kDayMs = 86'400'000;

std::string wanted(std::string_view name, std::string_view role, std::string_view expires_in) {
  return str_cat(R"({"name":")", name, R"(","role":")", role, R"(","expires_in":")", expires_in,
                 R"("})");
}

Headers bearer(std::string_view secret) { return {{"Authorization", str_cat("Bearer ", secret)}}; }

class Tokens : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("root@x", Role::kAdmin);
    console_.add_user("ada@x", Role::kEditor);
    console_.start();
    ada_ = console_.sign_in("ada@x");
  }

  Answer post(std::string_view body) const {
    return console_.ask("POST", "/api/v1/tokens", ada_.headers(), body);
  }

  TestConsole console_;
  Visitor ada_;
};

TEST_F(Tokens, AreShownOnceAndTakenInPlaceOfASession) {
  const Answer made = post(wanted("deploy", "viewer", "30d"));
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string secret = made.member("secret");
  EXPECT_EQ(secret.substr(0, 4), "pst_");
  const Answer list = console_.ask("GET", "/api/v1/tokens", ada_.headers());
  EXPECT_TRUE(list.says(R"("name":"deploy","email":"ada@x","role":"viewer")")) << list.body;
  EXPECT_TRUE(list.says(str_cat("\"expires_at\":", testing::kEventsNow + 30 * kDayMs)));
  EXPECT_TRUE(list.says("\"last_used_at\":null"));
  EXPECT_FALSE(list.says(secret));

  EXPECT_EQ(console_.ask("GET", "/api/v1/stats/summary", bearer(secret)).status, 200);
  EXPECT_EQ(
      console_.ask("GET", "/api/v1/stats/summary", {{"Authorization", "bearer  " + secret}}).status,
      200);
  EXPECT_TRUE(console_.ask("GET", "/api/v1/tokens", ada_.headers())
                  .says(str_cat("\"last_used_at\":", testing::kEventsNow)));
  const Answer wrong = console_.ask("GET", "/api/v1/stats/summary", bearer("pst_x"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(console_.ask("GET", "/api/v1/stats/summary", bearer("")).status, 401);
}

TEST_F(Tokens, NeedNeitherCsrfTokenNorOrigin) {
  const std::string secret = post(wanted("deploy", "editor", "never")).member("secret");
  const testing::TestWorker worker(console_.settings());
  Headers headers = bearer(secret);
  EXPECT_EQ(console_.ask("POST", "/api/v1/queue/dead/f1/retry", headers).status, 404);
  headers.emplace_back("Origin", "https://elsewhere.example");
  EXPECT_EQ(console_.ask("POST", "/api/v1/queue/dead/f1/retry", headers).status, 404);
  // A browser's cookie beside it is not asked, so that a foreign page gains nothing by it.
  headers = ada_.headers();
  headers.emplace_back("Authorization", "Bearer pst_x");
  EXPECT_EQ(console_.ask("GET", "/api/v1/queue", headers).status, 401);
}

TEST_F(Tokens, NeverMakeWhatOpensMore) {
  const Visitor root = console_.sign_in("root@x");
  const Answer made =
      console_.ask("POST", "/api/v1/tokens", root.headers(), wanted("all", "admin", "1y"));
  const Headers headers = bearer(made.member("secret"));
  EXPECT_EQ(console_.ask("GET", "/api/v1/users", headers).status, 200);
  const auto refused = [&](std::string_view method, std::string_view path, std::string_view body) {
    const Answer answer = console_.ask(method, path, headers, body);
    EXPECT_EQ(answer.status, 403) << path;
    EXPECT_EQ(answer.member("error"), "session_required") << answer.body;
  };
  refused("POST", "/api/v1/tokens", wanted("more", "admin", "never"));
  refused("DELETE", "/api/v1/tokens/1", "");
  refused("POST", "/api/v1/users",
          R"({"email":"e@x","role":"admin","password":"a long password"})");
  refused("PATCH", "/api/v1/users/2", R"({"role":"admin"})");
  refused("DELETE", "/api/v1/users/2", "");
  refused("POST", "/api/v1/invitations", R"({"email":"e@x","role":"admin"})");
  refused("POST", "/api/v1/session/password",
          R"({"old_password":"x","new_password":"a long password"})");
  refused("GET", "/api/v1/session", "");
  refused("DELETE", "/api/v1/session", "");
}

TEST_F(Tokens, EndByTimeAndByHand) {
  const std::string secret = post(wanted("short", "viewer", "30d")).member("secret");
  console_.clock().advance_ms(30 * kDayMs);
  EXPECT_EQ(console_.ask("GET", "/api/v1/queue", bearer(secret)).status, 401);

  ada_ = console_.sign_in("ada@x");
  const std::string second = post(wanted("second", "viewer", "never")).member("secret");
  EXPECT_EQ(console_.ask("GET", "/api/v1/queue", bearer(second)).status, 200);
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/tokens/2", ada_.headers()).status, 204);
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/tokens/2", ada_.headers()).status, 404);
  EXPECT_EQ(console_.ask("GET", "/api/v1/queue", bearer(second)).status, 401);
}

TEST_F(Tokens, AreTheirOwnersAndAdministrators) {
  ASSERT_EQ(post(wanted("deploy", "viewer", "never")).status, 200);
  const Visitor root = console_.sign_in("root@x");
  ASSERT_EQ(
      console_.ask("POST", "/api/v1/tokens", root.headers(), wanted("r", "admin", "90d")).status,
      200);
  EXPECT_FALSE(console_.ask("GET", "/api/v1/tokens", ada_.headers()).says("root@x"));
  EXPECT_TRUE(console_.ask("GET", "/api/v1/tokens", root.headers()).says("ada@x"));
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/tokens/2", ada_.headers()).status, 404);
  EXPECT_EQ(console_.ask("DELETE", "/api/v1/tokens/1", root.headers()).status, 204);
  EXPECT_TRUE(console_.ask("GET", "/api/v1/audit", root.headers())
                  .says(R"("actor":"root@x","act":"token.remove","subject":"deploy")"));
}

TEST_F(Tokens, SayInTheAuditLogWhichOfThemActed) {
  const std::string secret = post(wanted("deploy", "editor", "never")).member("secret");
  const Answer made =
      console_.ask("POST", "/api/v1/views", bearer(secret),
                   R"({"name":"ours","page":"/events","query":"range=7d","is_shared":true})");
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(console_.ask("GET", "/api/v1/audit", console_.sign_in("root@x").headers())
                  .says(R"x("actor":"token deploy (ada@x)","act":"view.share")x"));
}

TEST_F(Tokens, AreRefusedForWhatIsMissingOrTooMuch) {
  EXPECT_EQ(post(wanted("a", "admin", "30d")).status, 400) << "more than the owner";
  EXPECT_EQ(post(wanted("a", "viewer", "2d")).status, 400);
  EXPECT_EQ(post(wanted("", "viewer", "30d")).status, 400);
  EXPECT_EQ(post(R"({"name":"a","role":"viewer"})").status, 400) << "one has to choose";
}

}  // namespace
}  // namespace penstock::console
