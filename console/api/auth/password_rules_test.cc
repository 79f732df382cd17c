#include "console/api/auth/password_rules.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(PasswordRules, TakesLengthInBothDirections) {
  EXPECT_NE(password_fault("short", "a@b"), nullptr);
  EXPECT_NE(password_fault("elevenchars", "a@b"), nullptr);
  EXPECT_EQ(password_fault("twelve chars", "a@b"), nullptr);
  std::string longest;
  while (longest.size() < 128) longest += "ab";
  EXPECT_EQ(password_fault(longest, "a@b"), nullptr);
  EXPECT_NE(password_fault(longest + "c", "a@b"), nullptr);
}

TEST(PasswordRules, TakesAnyCharacters) {
  EXPECT_EQ(password_fault("пароль с пробелами", "a@b"), nullptr);
  EXPECT_EQ(password_fault(std::string("nul\0inside it", 13), "a@b"), nullptr);
  EXPECT_NE(password_fault("broken \xC3\x28 sequence", "a@b"), nullptr);
}

TEST(PasswordRules, RefusesWhatIsTriedFirst) {
  EXPECT_NE(password_fault("password1234", "a@b"), nullptr);
  EXPECT_NE(password_fault("PassWord1234", "a@b"), nullptr);
  EXPECT_NE(password_fault("xxxxxxxxxxxxxxxx", "a@b"), nullptr);
  EXPECT_NE(password_fault("Someone@Example.org", "someone@example.org"), nullptr);
}

TEST(NormalEmail, LowersAndRefuses) {
  EXPECT_EQ(normal_email("Ada@Example.ORG"), "ada@example.org");
  EXPECT_EQ(normal_email("admin@localhost"), "admin@localhost");
  for (const char* bad :
       {"", "@", "a@", "@b", "a", "a@b@c", "a b@c", "a@b\n", "<a@b>", "a@b,c@d"}) {
    EXPECT_EQ(normal_email(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(normal_email(std::string(260, 'a') + "@b"), std::nullopt);
}

}  // namespace
}  // namespace penstock::console
