#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::crypto {
namespace {

std::string hex_of(const std::string& bytes) {
  std::string hex;
  append_hex(hex, bytes);
  return hex;
}

// RFC 4231, test cases 1, 2 and 6: a key shorter and one longer than SHA-256's block.
TEST(Hmac, IsThatOfTheStandard) {
  EXPECT_EQ(hex_of(hmac_sha256(std::string(20, '\x0b'), {"Hi There"})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_of(hmac_sha256("Jefe", {"what do ya want ", "", "for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_of(hmac_sha256(std::string(131, '\xaa'),
                               {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 2202, test cases 1, 2 and 6.
TEST(Hmac, WithSha1IsThatOfTheStandard) {
  EXPECT_EQ(hex_of(hmac_sha1(std::string(20, '\x0b'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex_of(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex_of(hmac_sha1(std::string(80, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  EXPECT_EQ(hmac_sha1("", "").size(), 20u);
}

TEST(Hmac, TakesNothing) { EXPECT_EQ(hmac_sha256("", {}).size(), kHmacBytes); }

}  // namespace
}  // namespace penstock::crypto
