#include "console/api/endpoints/routes.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::Headers;
using testing::TestConsole;
using testing::Visitor;

std::string target_of(const Route& route) {
  std::string target(route.path);
  const std::size_t wildcard = target.find("{}");
  if (wildcard != std::string::npos) target.replace(wildcard, 2, std::string(32, '0'));
  if (target == "/api/v1/stats/top") target += "?dimension=path";
  return target;
}

Answer ask(const TestConsole& console, const Route& route, const Headers& headers,
           const std::string& target) {
  if (route.lane == Lane::kStreams) return console.ask_stream(target, headers);
  return console.ask(http::to_text(route.method), target, headers, route.needs_body() ? "{}" : "");
}

Answer ask(const TestConsole& console, const Route& route, const Headers& headers) {
  return ask(console, route, headers, target_of(route));
}

bool is_allowed(Role role, Access access) {
  return access != Access::kAdmin ? access != Access::kEditor || role != Role::kViewer
                                  : role == Role::kAdmin;
}

// Every route for every kind of visitor. What comes through the gate may still be refused for its
// body or parameters, but not with 401 or 403.
TEST(Routes, AreOpenToWhomTheTableSays) {
  TestConsole console;
  const std::map<Role, std::string> users = {
      {Role::kViewer, "viewer@x"}, {Role::kEditor, "editor@x"}, {Role::kAdmin, "admin@x"}};
  for (const auto& [role, email] : users) console.add_user(email, role);
  console.add_user("new@x", Role::kAdmin, true);
  console.start();
  const testing::TestWorker worker(console.settings());

  int checks = 0;
  for (const Route& route : routes()) {
    SCOPED_TRACE(str_cat(http::to_text(route.method), " ", route.path));
    const bool is_open = route.access == Access::kAnyone;

    const Answer nobody = ask(console, route, {});
    EXPECT_EQ(nobody.status == 401, !is_open) << nobody.body;
    const Answer forged = ask(console, route, {{"Cookie", "penstock_session=forged"}});
    EXPECT_EQ(forged.status == 401, !is_open);
    checks += 2;

    for (const auto& [role, email] : users) {
      const Visitor visitor = console.sign_in(email);
      if (route.is_changing() && !is_open) {
        const Answer without = ask(console, route, {{"Cookie", visitor.cookie}});
        EXPECT_EQ(without.status, 403);
        EXPECT_EQ(without.member("error"), "csrf_token_required");
        const Answer wrong = ask(
            console, route, {{"Cookie", visitor.cookie}, {"X-CSRF-Token", std::string(64, 'a')}});
        EXPECT_EQ(wrong.status, 403);
        checks += 2;
      }
      const Answer answer = ask(console, route, visitor.headers());
      EXPECT_NE(answer.status, 401);
      EXPECT_EQ(answer.status != 403, is_allowed(role, route.access)) << email << answer.body;
      EXPECT_LT(answer.status, 500) << answer.body;
      ++checks;
    }

    const Answer fresh = ask(console, route, console.sign_in("new@x").headers());
    const bool needs_change = !is_open && route.access != Access::kSignedIn;
    EXPECT_EQ(fresh.member("error") == "password_change_required", needs_change) << fresh.body;
    EXPECT_EQ(fresh.status == 403, needs_change);
    ++checks;
  }
  std::printf("%d checks over %zu routes\n", checks, routes().size());
  EXPECT_GE(checks, 6 * static_cast<int>(routes().size()));
}

// The same by API tokens: what a token's role may, without CSRF token and from no page at all, but
// nothing that only a person may do; and nothing at all once it has expired or was taken back.
TEST(Routes, AreOpenToTokensByTheirRole) {
  TestConsole console;
  console.add_user("root@x", Role::kAdmin);
  console.start();
  const testing::TestWorker worker(console.settings());
  const Visitor root = console.sign_in("root@x");
  const auto make = [&](std::string_view role, std::string_view expires_in) {
    const Answer made = console.ask(
        "POST", "/api/v1/tokens", root.headers(),
        str_cat(R"({"name":"t","role":")", role, R"(","expires_in":")", expires_in, R"("})"));
    EXPECT_EQ(made.status, 200) << made.body;
    return Headers{{"Authorization", str_cat("Bearer ", made.member("secret"))}};
  };
  const Headers expired = make("admin", "30d");
  const Headers removed = make("admin", "never");
  ASSERT_EQ(console.ask("DELETE", "/api/v1/tokens/2", root.headers()).status, 204);
  const std::map<Role, Headers> tokens = {{Role::kViewer, make("viewer", "never")},
                                          {Role::kEditor, make("editor", "never")},
                                          {Role::kAdmin, make("admin", "never")}};
  console.clock().advance_ms(std::int64_t{30} * 86'400'000);

  for (const Route& route : routes()) {
    SCOPED_TRACE(str_cat(http::to_text(route.method), " ", route.path));
    if (route.access == Access::kAnyone) continue;
    EXPECT_EQ(ask(console, route, expired).status, 401);
    EXPECT_EQ(ask(console, route, removed).status, 401);
    EXPECT_EQ(ask(console, route, {{"Authorization", "Bearer"}}).status, 401);
    for (const auto& [role, headers] : tokens) {
      const Answer answer = ask(console, route, headers);
      const bool is_open = route.takes_token() && is_allowed(role, route.access);
      EXPECT_NE(answer.status, 401) << answer.body;
      EXPECT_EQ(answer.status != 403, is_open) << to_text(role) << answer.body;
      EXPECT_LT(answer.status, 500) << answer.body;
      if (!route.takes_token()) {
        EXPECT_EQ(answer.member("error"), "session_required");
      }
    }
  }
}

bool takes_project(const Route& route) {
  return route.is_filtered ||
         std::any_of(route.parameters.begin(), route.parameters.end(),
                     [](const Parameter& one) { return std::string_view(one.name) == "project"; });
}

// Every route for whose rights are of some projects: as its scope says, and only there.
TEST(Routes, AreOpenInTheProjectsThatOneHasARoleIn) {
  TestConsole console;
  const std::map<Role, std::string> users = {
      {Role::kViewer, "viewer@x"}, {Role::kEditor, "editor@x"}, {Role::kAdmin, "admin@x"}};
  for (const auto& [role, email] : users) {
    console.add_user(email, *rights_in({{"shop", role}, {"blog", Role::kViewer}}));
  }
  console.start();
  const testing::TestWorker worker(console.settings());
  int closed = 0;
  for (const auto& [role, email] : users) {
    const Visitor visitor = console.sign_in(email);
    for (const Route& route : routes()) {
      if (route.access <= Access::kSignedIn) continue;
      SCOPED_TRACE(str_cat(email, " ", http::to_text(route.method), " ", route.path));
      const auto status_with = [&](std::string_view project) {
        const std::string target = target_of(route);
        const char* joint = target.find('?') == std::string::npos ? "?" : "&";
        const std::string asked =
            project.empty() ? target : str_cat(target, joint, "project=", project);
        const Answer answer = ask(console, route, visitor.headers(), asked);
        EXPECT_NE(answer.status, 401) << answer.body;
        EXPECT_LT(answer.status, 500) << answer.body;
        return answer.status;
      };
      const bool is_enough = is_allowed(role, route.access);
      switch (route.scope) {
        case Scope::kEverything:
          EXPECT_EQ(status_with(""), 403);
          EXPECT_EQ(status_with("shop"), 403);
          ++closed;
          break;
        case Scope::kProject:
          EXPECT_TRUE(takes_project(route));
          EXPECT_EQ(status_with(""), 403);
          EXPECT_EQ(status_with("other"), 403);
          EXPECT_EQ(status_with("shop") != 403, is_enough);
          EXPECT_EQ(status_with("blog") != 403, route.access == Access::kViewer);
          break;
        case Scope::kItem:
        case Scope::kOwn:
          EXPECT_EQ(status_with("") != 403, is_enough);
          break;
      }
    }
  }
  EXPECT_GE(closed, 60);
}

// What opens more than it is must not be made by what somebody may have stolen.
TEST(Routes, ThatMakeUsersTokensOrPasswordsNeedASession) {
  int guarded = 0;
  for (const Route& route : routes()) {
    const bool is_about_people = route.path.find("/users") != std::string_view::npos ||
                                 route.path.find("/tokens") != std::string_view::npos ||
                                 route.path.find("/keys") != std::string_view::npos ||
                                 route.path.find("/session") != std::string_view::npos ||
                                 route.path.find("/invitations") != std::string_view::npos;
    if (!is_about_people || !route.is_changing()) continue;
    EXPECT_FALSE(route.takes_token()) << route.path;
    ++guarded;
  }
  EXPECT_GE(guarded, 12);
}

TEST(Routes, StandTogetherByPathAndHaveAnEndpoint) {
  std::set<std::string_view> finished;
  std::string_view current;
  for (const Route& route : routes()) {
    EXPECT_NE(route.endpoint, nullptr) << route.path;
    EXPECT_EQ(route.path.substr(0, 8), "/api/v1/");
    if (route.path == current) continue;
    EXPECT_TRUE(finished.insert(route.path).second) << route.path;
    current = route.path;
  }
}

}  // namespace
}  // namespace penstock::console
