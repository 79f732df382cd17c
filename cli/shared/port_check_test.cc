#include "cli/shared/port_check.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock::cli {
namespace {

using Addresses = std::vector<std::string>;

TEST(PortCheck, FindsAnAddressThatIsListenedAt) {
  // As our own listeners do: with SO_REUSEPORT the kernel alone would not tell.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));

  EXPECT_EQ(taken_addresses({"127.0.0.1:" + port}), Addresses{"127.0.0.1:" + port});
  EXPECT_EQ(taken_addresses({"0.0.0.0:" + port}), Addresses{"0.0.0.0:" + port});
  close(listener);
  EXPECT_EQ(taken_addresses({"127.0.0.1:" + port}), Addresses());
  EXPECT_EQ(taken_addresses({"127.0.0.1:" + port, "127.0.0.1:" + port}),
            Addresses{"127.0.0.1:" + port});
}

TEST(PortCheck, LetsTheSystemPick) {
  EXPECT_EQ(taken_addresses({"127.0.0.1:0", "127.0.0.1:0", "unix:/x", "nonsense", ""}),
            Addresses());
}

}  // namespace
}  // namespace penstock::cli
