#include "io/socket_address.h"

#include <gtest/gtest.h>

namespace penstock::io {
namespace {

TEST(SocketAddress, ReadsWhatItWrites) {
  for (const char* text :
       {"127.0.0.1:80", "0.0.0.0:0", "[::1]:8080", "[2001:db8::7]:65535", "unix:/run/x.sock"}) {
    const auto address = parse_socket_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(SocketAddress, RefusesWhatIsNoNumericAddress) {
  for (const char* text : {"", "8080", ":8080", "localhost:80", "127.0.0.1",
                           "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
                           "::1:80", "[::1]", "[]:80", "[::1:80", "unix:", "300.0.0.1:80"}) {
    const auto address = parse_socket_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kConfiguration);
  }
}

TEST(SocketAddress, RefusesAUnixPathThatTheKernelWouldCut) {
  EXPECT_TRUE(parse_socket_address("unix:/" + std::string(106, 'a')));
  EXPECT_FALSE(parse_socket_address("unix:/" + std::string(107, 'a')));
}

TEST(SocketAddress, GivesIpv4AsMappedIpv6) {
  const std::array<std::uint8_t, 16> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
  EXPECT_EQ(parse_socket_address("10.1.2.3:1")->ip(), mapped);
  EXPECT_EQ(parse_socket_address("[::ffff:10.1.2.3]:1")->ip(), mapped);
}

TEST(SocketAddress, TakesAUnixPeerForThisMachine) {
  EXPECT_EQ(parse_socket_address("unix:/x")->ip(), parse_socket_address("127.0.0.1:1")->ip());
  EXPECT_EQ(parse_socket_address("unix:/x")->port(), 0);
}

}  // namespace
}  // namespace penstock::io
