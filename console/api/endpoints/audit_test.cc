#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kPassword;
using testing::TestConsole;
using testing::Visitor;

TEST(Audit, TellsWhoSignedInAndOut) {
  TestConsole console;
  console.add_user("root@x", Role::kAdmin);
  console.add_user("ada@x", Role::kViewer);
  console.start();
  console.try_sign_in("ada@x", "not the password", {{"X-Forwarded-For", "203.0.113.9"}});
  console.clock().advance_ms(1'000);
  const Visitor ada = console.sign_in("ada@x");
  EXPECT_EQ(console.ask("DELETE", "/api/v1/session", ada.headers()).status, 204);
  const Visitor root = console.sign_in("root@x");

  const Answer page = console.ask("GET", "/api/v1/audit?limit=3", root.headers());
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(page.member("actor"), "root@x");
  EXPECT_EQ(page.member("act"), "session.start");
  EXPECT_TRUE(page.says(R"("actor":"ada@x","act":"session.end")")) << page.body;
  const Answer rest =
      console.ask("GET", "/api/v1/audit?cursor=" + page.member("next"), root.headers());
  EXPECT_TRUE(rest.says(R"("actor":"","act":"session.refuse","subject":"ada@x")")) << rest.body;
  EXPECT_TRUE(rest.says("from 203.0.113.9"));
  EXPECT_TRUE(rest.says("\"next\":null"));
  EXPECT_EQ(console.ask("GET", "/api/v1/audit?cursor=x", root.headers()).status, 400);
}

TEST(Audit, TellsThatAPasswordWasChangedButNotWhich) {
  TestConsole console;
  console.add_user("root@x", Role::kAdmin);
  console.start();
  const Visitor root = console.sign_in("root@x");
  const Answer changed = console.ask(
      "POST", "/api/v1/session/password", root.headers(),
      str_cat(R"({"old_password":")", kPassword, R"(","new_password":"an even better password"})"));
  ASSERT_EQ(changed.status, 200) << changed.body;
  const Answer page =
      console.ask("GET", "/api/v1/audit", TestConsole::visitor_of(changed).headers());
  EXPECT_TRUE(page.says(R"("act":"password.change","subject":"root@x")")) << page.body;
  EXPECT_FALSE(page.says("better"));
}

}  // namespace
}  // namespace penstock::console
