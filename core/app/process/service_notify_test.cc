#include "app/process/service_notify.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/descriptor_message.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

class ServiceNotifyTest : public ::testing::Test {
 protected:
  void TearDown() override {
    ::unsetenv("NOTIFY_SOCKET");
    if (fd_ >= 0) ::close(fd_);
  }

  // Plays the service manager. A leading @ stands for an abstract name.
  void listen_at(const std::string& name) {
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), bytes), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  std::string received_text() const {
    char bytes[100];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    return count < 0 ? "nothing" : std::string(bytes, static_cast<std::size_t>(count));
  }

  int fd_ = -1;
};

TEST_F(ServiceNotifyTest, SendsTheStateToTheSocket) {
  const testing::TempDir dir;
  listen_at(dir.path("notify"));
  notify_service("READY=1");
  EXPECT_EQ(received_text(), "READY=1");
}

TEST_F(ServiceNotifyTest, KnowsAbstractSockets) {
  listen_at("@penstock-notify-test-" + std::to_string(::getpid()));
  notify_service("STOPPING=1");
  EXPECT_EQ(received_text(), "STOPPING=1");
}

TEST_F(ServiceNotifyTest, StoresAndForgetsDescriptors) {
  const testing::TempDir dir;
  EXPECT_FALSE(has_service_manager());
  listen_at(dir.path("notify"));
  EXPECT_TRUE(has_service_manager());
  store_descriptor("a name", STDERR_FILENO);
  const auto stored = io::receive_message(fd_, 100);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->text, "FDSTORE=1\nFDNAME=a name");
  struct stat ours {};
  struct stat received {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &ours), 0);
  ASSERT_EQ(::fstat(stored->fd.get(), &received), 0);
  EXPECT_EQ(ours.st_ino, received.st_ino);
  forget_descriptor("a name");
  EXPECT_EQ(received_text(), "FDSTOREREMOVE=1\nFDNAME=a name");
}

TEST_F(ServiceNotifyTest, IsHarmlessWithoutAManager) {
  notify_service("READY=1");
  ::setenv("NOTIFY_SOCKET", "", 1);
  notify_service("READY=1");
  ::setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
  notify_service("READY=1");
  ::setenv("NOTIFY_SOCKET", std::string(200, 'x').c_str(), 1);
  notify_service("READY=1");
}

}  // namespace
}  // namespace penstock::app
