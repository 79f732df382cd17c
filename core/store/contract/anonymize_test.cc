#include "store/contract/anonymize.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

TEST(Anonymize, ZeroesTheLastOctet) {
  EXPECT_EQ(anonymized_ip("203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(anonymized_ip("0.0.0.1"), "0.0.0.0");
}

TEST(Anonymize, ZeroesTheLastEightyBits) {
  EXPECT_EQ(anonymized_ip("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"), "2001:db8:aaaa::");
  EXPECT_EQ(anonymized_ip("::1"), "::");
}

TEST(Anonymize, TakesAMappedAddressAsIpv4) {
  EXPECT_EQ(anonymized_ip("::ffff:203.0.113.77"), "::ffff:203.0.113.0");
}

// What cannot be read cannot be made anonymous either, so it is not kept.
TEST(Anonymize, DropsWhatIsNoAddress) {
  for (const char* text : {"", "localhost", "203.0.113", "203.0.113.7:80",
                           "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff:1:2:3:4:5:6"}) {
    EXPECT_EQ(anonymized_ip(text), "") << text;
  }
}

}  // namespace
}  // namespace penstock::store
