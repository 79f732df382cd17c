#include "console/api/auth/session_cookie.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(SessionCookie, IsBoundToTheBrowserAndOverHttpsToTheHost) {
  EXPECT_EQ(set_session_cookie("TOKEN", 12, false),
            "penstock_session=TOKEN; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
  EXPECT_EQ(
      set_session_cookie("TOKEN", 1, true),
      "__Host-penstock_session=TOKEN; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
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

}  // namespace
}  // namespace penstock::console
