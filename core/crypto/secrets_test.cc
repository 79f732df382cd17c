#include "crypto/secrets.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <gtest/gtest.h>

namespace penstock::crypto {
namespace {

class Secrets : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_crypto(); }
};

TEST_F(Secrets, TokensAreUrlSafeAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_token(32);
    EXPECT_EQ(token.size(), 43u);
    EXPECT_TRUE(std::all_of(token.begin(), token.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_';
    })) << token;
    EXPECT_TRUE(seen.insert(token).second);
  }
  EXPECT_EQ(random_token(1).size(), 2u);
}

TEST_F(Secrets, AlphanumericOnesHaveNoOtherCharacterAndDiffer) {
  std::set<std::string> seen;
  std::set<char> used;
  for (int i = 0; i < 100; ++i) {
    const std::string text = random_alphanumeric(43);
    EXPECT_EQ(text.size(), 43u);
    EXPECT_TRUE(seen.insert(text).second);
    used.insert(text.begin(), text.end());
  }
  EXPECT_EQ(used.size(), 62u);
  EXPECT_TRUE(
      std::all_of(used.begin(), used.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
  EXPECT_EQ(random_alphanumeric(0), "");
}

// The value is the one that b2sum -l 256 prints, so that a hash in a keys file can be checked.
TEST_F(Secrets, TokenHashIsBlake2b256) {
  EXPECT_EQ(token_hash("pk_abc"),
            "dfe4638522ee9abe9db94dac7a3d9bf1965719f372aaa478bd3b45fc1009ed48");
  EXPECT_NE(token_hash("pk_abc"), token_hash("pk_abd"));
  EXPECT_EQ(token_hash("").size(), 64u);
}

TEST_F(Secrets, EqualityComparesWholeTexts) {
  EXPECT_TRUE(is_equal("", ""));
  EXPECT_TRUE(is_equal("abc", "abc"));
  EXPECT_FALSE(is_equal("abc", "abd"));
  EXPECT_FALSE(is_equal("abc", "ab"));
}

TEST_F(Secrets, PasswordMatchesItsOwnHashOnly) {
  const std::string hash = password_hash("correct horse battery");
  EXPECT_EQ(hash.rfind("$argon2id$", 0), 0u) << hash;
  EXPECT_NE(hash, password_hash("correct horse battery")) << "no salt";
  EXPECT_TRUE(password_matches(hash, "correct horse battery"));
  EXPECT_FALSE(password_matches(hash, "correct horse batterz"));
  EXPECT_FALSE(password_matches(hash, ""));
}

TEST_F(Secrets, NothingMatchesWhatIsNoHash) {
  EXPECT_FALSE(password_matches("", ""));
  EXPECT_FALSE(password_matches("plain", "plain"));
  EXPECT_FALSE(password_matches(std::string(4096, '$'), "x"));
}

}  // namespace
}  // namespace penstock::crypto
