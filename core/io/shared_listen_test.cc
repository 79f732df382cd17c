#include "io/shared_listen.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::io {
namespace {

SocketAddress at(const std::string& text) { return *parse_socket_address(text); }

// One a reactor.
TEST(SharedListen, OpensOthersBesideTheFirst) {
  for (const char* address : {"127.0.0.1:0", "[::1]:0"}) {
    auto first = open_shared(at(address));
    ASSERT_TRUE(first) << address;
    ASSERT_NE(first->address().port(), 0);
    EXPECT_TRUE(first->has_reuse_port());
    first->set_keeper(Keeper::kSomeone);
    const auto second = open_beside(*first);
    ASSERT_TRUE(second) << address;
    EXPECT_EQ(second->address().text(), first->address().text());
    EXPECT_EQ(second->keeper(), Keeper::kSomeone);
    EXPECT_TRUE(open_beside(*second));
  }
}

// Another program, or another intake: each would get every second connection.
TEST(SharedListen, SharesWithNobodyElse) {
  const auto first = open_shared(at("127.0.0.1:0"));
  ASSERT_TRUE(first);
  const auto beside = open_beside(*first);
  ASSERT_TRUE(beside);
  const std::string port = std::to_string(first->address().port());
  for (const std::string& host : {std::string("127.0.0.1:"), std::string("0.0.0.0:")}) {
    for (const auto& second : {open_shared(at(host + port)), ListenSocket::open(at(host + port))}) {
      ASSERT_FALSE(second) << host;
      EXPECT_EQ(second.error().native, EADDRINUSE);
    }
  }
}

TEST(SharedListen, IsNotForASocketThatWasOpenedAlone) {
  const auto alone = ListenSocket::open(at("127.0.0.1:0"));
  ASSERT_TRUE(alone);
  EXPECT_FALSE(alone->has_reuse_port());
  EXPECT_FALSE(open_beside(*alone));
  EXPECT_FALSE(open_shared(alone->address()));
}

TEST(SharedListen, OpensAUnixSocketAsAnyOther) {
  const testing::TempDir dir;
  const auto socket = open_shared(at("unix:" + dir.path("s")));
  ASSERT_TRUE(socket);
  EXPECT_FALSE(open_shared(socket->address()));
}

}  // namespace
}  // namespace penstock::io
