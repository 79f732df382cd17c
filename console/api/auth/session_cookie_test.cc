#include "console/api/auth/session_cookie.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

const CookieScope kPlain;
const CookieScope kHttps{true, ""};

TEST(SessionCookie, IsBoundToTheBrowserAndOverHttpsToTheHost) {
  EXPECT_EQ(set_session_cookie("TOKEN", "D", 12, kPlain),
            "penstock_session=TOKEN~D; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
  EXPECT_EQ(
      set_session_cookie("TOKEN", "D", 1, kHttps),
      "__Host-penstock_session=TOKEN~D; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(clear_session_cookie(kPlain),
            "penstock_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(SessionCookie, IsFoundAmongOthers) {
  EXPECT_EQ(session_token("penstock_session=abc", kPlain), "abc");
  EXPECT_EQ(session_token("a=b; penstock_session=abc;c=d", kPlain), "abc");
  EXPECT_EQ(session_token("__Host-penstock_session=abc", kHttps), "abc");
  EXPECT_EQ(session_token("penstock_session=abc", kHttps), "")
      << "anyone below the host could set it";
  for (const char* none : {"", "penstock_session", "xpenstock_session=abc", "penstock_sessions=abc",
                           "a=penstock_session=abc", ";;;"}) {
    EXPECT_EQ(session_token(none, kPlain), "") << none;
  }
}

// Two consoles of one host, and one of a version whose cookies had no port.
TEST(SessionCookie, IsOfItsPort) {
  const CookieScope one{false, "8081"};
  const CookieScope two{false, "9081"};
  EXPECT_EQ(set_session_cookie("TOKEN", "D", 1, one),
            "penstock_session_8081=TOKEN~D; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict");
  const std::string both = "penstock_session_8081=a~d; penstock_session_9081=b~e";
  EXPECT_EQ(session_token(both, one), "a");
  EXPECT_EQ(session_token(both, two), "b");
  EXPECT_EQ(device_token(both, two), "e");
  EXPECT_EQ(session_token(both, kPlain), "");
  EXPECT_EQ(session_token("penstock_session=old", one), "old");
  EXPECT_EQ(session_token("penstock_session=old; penstock_session_8081=new", one), "new");
  EXPECT_EQ(session_token("penstock_session_808=a; penstock_session_80811=b", one), "");
  EXPECT_EQ(session_token("__Host-penstock_session_8443=a", {true, "8443"}), "a");
}

TEST(SessionCookie, FindsThePortOfAHost) {
  EXPECT_EQ(port_of("localhost:8081"), "8081");
  EXPECT_EQ(port_of("[::1]:8081"), "8081");
  for (const char* none : {"", "localhost", "localhost:", "[::1]", "a:1234567", "a:80 80", "a:x"}) {
    EXPECT_EQ(port_of(none), "") << none;
  }
}

TEST(DeviceCookie, StandsInTheSessionsUntilItHasItsOwn) {
  EXPECT_EQ(session_token("penstock_session=s~d", kPlain), "s");
  EXPECT_EQ(device_token("penstock_session=s~d", kPlain), "d");
  EXPECT_EQ(session_token("penstock_session=s", kPlain), "s") << "of a version before";
  EXPECT_EQ(device_token("penstock_session=s", kPlain), "");
  EXPECT_EQ(device_token("penstock_session=s~d; penstock_device=e", kPlain), "e");
  EXPECT_EQ(device_token("penstock_device=e", kPlain), "e");
  EXPECT_EQ(device_token("penstock_device=e", kHttps), "");
  const std::string set = set_device_cookie("d", kHttps);
  EXPECT_EQ(set.find("__Host-penstock_device=d; Path=/; Max-Age=34560000; HttpOnly"), 0u) << set;
}

}  // namespace
}  // namespace penstock::console
