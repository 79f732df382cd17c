#include "console/api/auth/session_cookie.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(SessionCookie, IsBoundToTheBrowserAndOverHttpsToTheHost) {
  EXPECT_EQ(set_session_cookie("TOKEN", "D", 12, false),
            "penstock_session=TOKEN~D; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
  EXPECT_EQ(
      set_session_cookie("TOKEN", "D", 1, true),
      "__Host-penstock_session=TOKEN~D; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(clear_session_cookie(false),
            "penstock_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(SessionCookie, IsFoundAmongOthers) {
  EXPECT_EQ(session_token("penstock_session=abc", false), "abc");
  EXPECT_EQ(session_token("a=b; penstock_session=abc;c=d", false), "abc");
  EXPECT_EQ(session_token("__Host-penstock_session=abc", true), "abc");
  EXPECT_EQ(session_token("penstock_session=abc", true), "")
      << "anyone below the host could set it";
  for (const char* none : {"", "penstock_session", "xpenstock_session=abc", "penstock_sessions=abc",
                           "a=penstock_session=abc", ";;;"}) {
    EXPECT_EQ(session_token(none, false), "") << none;
  }
}

TEST(DeviceCookie, StandsInTheSessionsUntilItHasItsOwn) {
  EXPECT_EQ(session_token("penstock_session=s~d", false), "s");
  EXPECT_EQ(device_token("penstock_session=s~d", false), "d");
  EXPECT_EQ(session_token("penstock_session=s", false), "s") << "of a version before";
  EXPECT_EQ(device_token("penstock_session=s", false), "");
  EXPECT_EQ(device_token("penstock_session=s~d; penstock_device=e", false), "e");
  EXPECT_EQ(device_token("penstock_device=e", false), "e");
  EXPECT_EQ(device_token("penstock_device=e", true), "");
  const std::string set = set_device_cookie("d", true);
  EXPECT_EQ(set.find("__Host-penstock_device=d; Path=/; Max-Age=34560000; HttpOnly"), 0u) << set;
}

}  // namespace
}  // namespace penstock::console
