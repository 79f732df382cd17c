#include "console/api/endpoints/routes.h"

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

Answer ask(const TestConsole& console, const Route& route, const Headers& headers) {
  if (route.lane == Lane::kStreams) return console.ask_stream(target_of(route), headers);
  return console.ask(http::to_text(route.method), target_of(route), headers,
                     route.needs_body() ? "{}" : "");
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
