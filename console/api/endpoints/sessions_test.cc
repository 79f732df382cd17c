#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kPassword;
using testing::TestConsole;
using testing::Visitor;

constexpr std::string_view kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

TEST(SessionList, ShowsOnesOwnAndMarksTheOneThatAsks) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.add_user("bob@x", Role::kEditor);
  console.start();
  console.try_sign_in("ada@x", kPassword,
                      {{"User-Agent", std::string(kFirefox)}, {"X-Forwarded-For", "203.0.113.9"}});
  console.sign_in("bob@x");
  console.clock().advance_ms(1'000);
  const Visitor ada = console.sign_in("ada@x");

  const Answer list = console.ask("GET", "/api/v1/sessions", ada.headers());
  ASSERT_EQ(list.status, 200);
  EXPECT_FALSE(list.says("bob@x")) << list.body;
  EXPECT_TRUE(list.says(R"("address":"203.0.113.9","browser":"Firefox on Linux",)"
                        R"("is_current":false)"))
      << list.body;
  EXPECT_TRUE(list.says(R"("is_current":true)"));
  EXPECT_FALSE(list.says(ada.cookie.substr(ada.cookie.find('=') + 1, 43)));
}

TEST(SessionList, EndsOneByOne) {
  TestConsole console;
  console.add_user("root@x", Role::kAdmin);
  console.add_user("ada@x", Role::kViewer);
  console.add_user("bob@x", Role::kEditor);
  console.start();
  const Visitor ada = console.sign_in("ada@x");
  const Visitor bob = console.sign_in("bob@x");
  const std::string adas = console.ask("GET", "/api/v1/sessions", ada.headers()).member("id");
  const std::string path = str_cat("/api/v1/sessions/", adas);

  EXPECT_EQ(console.ask("DELETE", path, bob.headers()).status, 404) << "not his";
  EXPECT_EQ(console.ask("DELETE", "/api/v1/sessions/%25", ada.headers()).status, 404);
  EXPECT_EQ(console.ask("GET", "/api/v1/session", ada.headers()).status, 200);
  EXPECT_EQ(console.ask("DELETE", path, ada.headers()).status, 204);
  EXPECT_EQ(console.ask("GET", "/api/v1/session", ada.headers()).status, 401);

  const Visitor root = console.sign_in("root@x");
  const Answer all = console.ask("GET", "/api/v1/sessions", root.headers());
  EXPECT_TRUE(all.says("bob@x")) << "an administrator sees all";
  const std::string bobs = console.ask("GET", "/api/v1/sessions", bob.headers()).member("id");
  EXPECT_EQ(console.ask("DELETE", str_cat("/api/v1/sessions/", bobs), root.headers()).status, 204);
  EXPECT_EQ(console.ask("GET", "/api/v1/session", bob.headers()).status, 401);
  EXPECT_TRUE(console.ask("GET", "/api/v1/audit", root.headers())
                  .says(R"("actor":"root@x","act":"session.revoke","subject":"bob@x")"));
}

}  // namespace
}  // namespace penstock::console
