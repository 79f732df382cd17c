#include "app/process/port_holder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/text.h"
#include "io/listen_socket.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

TEST(PortHolder, NamesTheProcessThatListens) {
  const testing::TempDir dir;
  const std::string ours = str_cat("app_process_test, process ", getpid());
  for (const std::string& address :
       {std::string("127.0.0.1:0"), std::string("[::1]:0"), "unix:" + dir.path("socket")}) {
    std::string text;
    {
      const auto socket = io::ListenSocket::open(*io::parse_socket_address(address));
      ASSERT_TRUE(socket);
      text = socket->address().text();
      EXPECT_EQ(holder_of(text), ours) << text;
    }
    EXPECT_EQ(holder_of(text), "");
  }
  EXPECT_EQ(holder_of("nonsense"), "");
}

}  // namespace
}  // namespace penstock::app
