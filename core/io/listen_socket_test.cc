#include "io/listen_socket.h"

#include <cerrno>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::io {
namespace {

Result<ListenSocket> open(const std::string& text) {
  return ListenSocket::open(*parse_socket_address(text));
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

int connect_to(const SocketAddress& address) {
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.bytes), 0);
  return fd;
}

TEST(ListenSocket, SaysThatAnAddressIsNotOurs) {
  const auto socket = open("192.0.2.1:80");
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, ErrorCode::kExhausted);
  EXPECT_EQ(socket.error().native, EADDRNOTAVAIL);
}

TEST(ListenSocket, ReplacesADeadUnixSocketButNoLiveOne) {
  const testing::TempDir dir;
  const std::string text = "unix:" + dir.path("s");
  const auto address = *parse_socket_address(text);
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&address.storage), address.bytes), 0);
  ::close(dead);

  const auto socket = open(text);
  ASSERT_TRUE(socket);
  const auto second = open(text);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().native, EADDRINUSE);
}

TEST(ListenSocket, RemovesAUnixSocketsFileUnlessTheSocketLivesOn) {
  const testing::TempDir dir;
  for (const Keeper keeper : {Keeper::kNone, Keeper::kPerhaps, Keeper::kSomeone}) {
    const std::string text = "unix:" + dir.path(std::to_string(static_cast<int>(keeper)));
    {
      auto socket = open(text);
      ASSERT_TRUE(socket);
      socket->set_keeper(keeper);
    }
    EXPECT_EQ(::access(text.substr(5).c_str(), F_OK) == 0, keeper != Keeper::kNone) << text;
  }
}

TEST(ListenSocket, HasTheModeThatIsAskedFor) {
  const testing::TempDir dir;
  const mode_t before = ::umask(0077);
  const auto anybodys = open("unix:" + dir.path("a"));
  const auto own = ListenSocket::open(*parse_socket_address("unix:" + dir.path("o")), 0660);
  ::umask(before);
  ASSERT_TRUE(anybodys && own);
  struct stat found {};
  ASSERT_EQ(::stat(dir.path("a").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0666U);
  ASSERT_EQ(::stat(dir.path("o").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660U);
}

TEST(ListenSocket, MovesWithoutClosing) {
  const testing::TempDir dir;
  auto opened = open("unix:" + dir.path("s"));
  ASSERT_TRUE(opened);
  auto socket = std::make_unique<ListenSocket>(std::move(*opened));
  const int fd = socket->fd();
  {
    const ListenSocket moved = std::move(*socket);
    EXPECT_EQ(moved.fd(), fd);
    socket.reset();
    EXPECT_EQ(::access(dir.path("s").c_str(), F_OK), 0);
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(ListenSocket, AdoptsWhatListensAndMakesItLikeItsOwn) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);  // Blocking, and inherited by children.
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(::listen(fd, 5), 0);

  const auto socket = ListenSocket::adopt(files::Descriptor(fd), Keeper::kSomeone);
  ASSERT_TRUE(socket) << to_text(socket.error());
  EXPECT_EQ(socket->fd(), fd);
  EXPECT_EQ(socket->keeper(), Keeper::kSomeone);
  EXPECT_EQ(socket->address().text().substr(0, 10), "127.0.0.1:");
  EXPECT_NE(socket->address().port(), 0);
  EXPECT_FALSE(socket->has_reuse_port());
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  int no_delay = 0;
  socklen_t bytes = sizeof no_delay;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &bytes);
  EXPECT_EQ(no_delay, 1);
}

TEST(ListenSocket, RefusesWhatDoesNotListenAndClosesIt) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
  ::close(pipe_ends[1]);
  const int descriptors[] = {
      pipe_ends[0],
      ::open("/dev/null", O_RDONLY | O_CLOEXEC),
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),  // Neither bound nor listening.
      ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
      ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0),
      ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0),
  };
  for (const int fd : descriptors) {
    ASSERT_GE(fd, 0);
    const auto socket = ListenSocket::adopt(files::Descriptor(fd), Keeper::kNone);
    ASSERT_FALSE(socket) << fd;
    EXPECT_EQ(socket.error().code, ErrorCode::kConfiguration);
    EXPECT_FALSE(is_open(fd));
  }
  EXPECT_FALSE(ListenSocket::adopt(files::Descriptor(9'999), Keeper::kNone));
}

TEST(ListenSocket, ADuplicateKeepsTheQueue) {
  auto opened = open("127.0.0.1:0");
  ASSERT_TRUE(opened);
  auto socket = std::make_unique<ListenSocket>(std::move(*opened));
  const auto copy = socket->duplicate();
  ASSERT_TRUE(copy);
  EXPECT_NE(copy->fd(), socket->fd());
  EXPECT_NE(::fcntl(copy->fd(), F_GETFD) & FD_CLOEXEC, 0);

  const files::Descriptor client(connect_to(socket->address()));
  socket.reset();
  EXPECT_TRUE(files::Descriptor(::accept(copy->fd(), nullptr, nullptr)).is_open());
}

}  // namespace
}  // namespace penstock::io
