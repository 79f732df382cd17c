#include "console/api/auth/device_token.h"

#include <gtest/gtest.h>

#include "crypto/secrets.h"

namespace penstock::console {
namespace {

TEST(DeviceTokens, AreOfTheAccountThatTheyWereMadeFor) {
  crypto::start_crypto();
  const DeviceTokens devices(crypto::random_token(32));
  const std::string token = devices.make("ada@example.org");
  EXPECT_TRUE(devices.is_genuine(token));
  EXPECT_TRUE(devices.is_of(token, "ada@example.org"));
  EXPECT_TRUE(devices.is_of(token, "ADA@Example.org")) << "it is the same account";
  EXPECT_FALSE(devices.is_of(token, "bob@example.org"));
  EXPECT_NE(devices.make("ada@example.org"), token);
  EXPECT_EQ(token.find("ada@"), std::string::npos);
}

TEST(DeviceTokens, CannotBeMadeElsewhereOrChanged) {
  crypto::start_crypto();
  const DeviceTokens devices(crypto::random_token(32));
  const std::string token = devices.make("ada@example.org");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(devices.is_genuine(changed)) << i;
  }
  EXPECT_FALSE(devices.is_genuine(""));
  EXPECT_FALSE(devices.is_genuine(token.substr(1)));
  EXPECT_FALSE(devices.is_genuine(DeviceTokens(crypto::random_token(32)).make("ada@example.org")));
}

}  // namespace
}  // namespace penstock::console
