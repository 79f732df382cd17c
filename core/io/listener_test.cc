#include "io/listener.h"

#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::io {
namespace {

class ListenerTest : public ::testing::Test, public Acceptor {
 protected:
  void TearDown() override {
    for (const int fd : accepted_) ::close(fd);
    for (const int fd : clients_) ::close(fd);
  }

  void on_accepted(int fd, const SocketAddress& peer) override {
    accepted_.push_back(fd);
    peers_.push_back(peer);
  }
  void on_exhausted(int error) override {
    ++exhausted_;
    exhausted_error_ = error;
  }

  std::unique_ptr<Listener> listen(const std::string& text) {
    auto listener = Listener::open(*parse_socket_address(text), loop_, *this);
    EXPECT_TRUE(listener) << text << ": " << to_text(listener.error());
    return listener ? std::move(*listener) : nullptr;
  }

  void connect(const SocketAddress& address) {
    const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(fd, 0);
    clients_.push_back(fd);
    ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.bytes), 0);
  }

  template <class Condition>
  void run_until(Condition condition) {
    Timer deadline(loop_, [&] { loop_.stop(); });
    deadline.start_once(10'000);
    loop_.set_end_of_turn([&] {
      if (condition()) loop_.stop();
    });
    loop_.run();
    loop_.set_end_of_turn(nullptr);
    ASSERT_TRUE(condition());
  }

  Loop loop_;
  std::vector<int> accepted_;
  std::vector<SocketAddress> peers_;
  std::vector<int> clients_;
  int exhausted_ = 0;
  int exhausted_error_ = 0;
};

TEST_F(ListenerTest, AcceptsNonBlockingSocketsWithoutDelay) {
  const auto listener = listen("127.0.0.1:0");
  ASSERT_NE(listener->address().port(), 0);
  connect(listener->address());
  run_until([&] { return accepted_.size() == 1; });

  EXPECT_NE(::fcntl(accepted_[0], F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(accepted_[0], F_GETFD) & FD_CLOEXEC, 0);
  int no_delay = 0;
  socklen_t bytes = sizeof no_delay;
  ::getsockopt(accepted_[0], IPPROTO_TCP, TCP_NODELAY, &no_delay, &bytes);
  EXPECT_EQ(no_delay, 1);
  EXPECT_EQ(peers_[0].ip(), parse_socket_address("127.0.0.1:1")->ip());
}

// One a reactor: the second listens beside the first.
TEST_F(ListenerTest, SharesAnAddressWithAnotherReactor) {
  const auto first = listen("127.0.0.1:0");
  const auto second = listen(first->address().text());
  EXPECT_EQ(second->address().port(), first->address().port());
}

TEST_F(ListenerTest, SaysThatAnAddressIsNotOurs) {
  const auto listener = Listener::open(*parse_socket_address("192.0.2.1:80"), loop_, *this);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, ErrorCode::kExhausted);
  EXPECT_EQ(listener.error().native, EADDRNOTAVAIL);
}

TEST_F(ListenerTest, ListensAtAUnixSocketAndRemovesItAfterwards) {
  const testing::TempDir dir;
  auto listener = listen("unix:" + dir.path("s"));
  connect(listener->address());
  run_until([&] { return accepted_.size() == 1; });
  EXPECT_TRUE(peers_[0].is_unix());

  listener.reset();
  EXPECT_NE(::access(dir.path("s").c_str(), F_OK), 0);
}

TEST_F(ListenerTest, ReplacesADeadUnixSocketButNoLiveOne) {
  const testing::TempDir dir;
  const auto address = *parse_socket_address("unix:" + dir.path("s"));
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&address.storage), address.bytes), 0);
  ::close(dead);

  const auto listener = Listener::open(address, loop_, *this);
  ASSERT_TRUE(listener);
  const auto second = Listener::open(address, loop_, *this);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().native, EADDRINUSE);
}

TEST_F(ListenerTest, RestsWhileDescriptorsAreShortAndGoesOnAfterwards) {
  const auto listener = listen("127.0.0.1:0");
  connect(listener->address());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free);
  ::setrlimit(RLIMIT_NOFILE, &tight);

  int turns = 0;
  run_until([&] {
    ++turns;
    return exhausted_ == 3;
  });
  EXPECT_EQ(exhausted_error_, EMFILE);
  EXPECT_LT(turns, 50);  // A spinning loop makes thousands in three rests.
  EXPECT_TRUE(accepted_.empty());

  ::setrlimit(RLIMIT_NOFILE, &before);
  run_until([&] { return accepted_.size() == 1; });
}

TEST_F(ListenerTest, TakesTheWholeQueueAtItsEnd) {
  const auto listener = listen("127.0.0.1:0");
  for (int i = 0; i < 100; ++i) connect(listener->address());

  listener->accept_all();

  EXPECT_EQ(accepted_.size(), 100u);
}

}  // namespace
}  // namespace penstock::io
