#include "io/listener.h"

#include <functional>
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

  void on_accepted(int fd, const SocketAddress& peer, const ListenerOptions& options) override {
    if (instead_of_keeping_) return instead_of_keeping_(fd);
    accepted_.push_back(fd);
    peers_.push_back(peer);
    options_.push_back(options);
  }
  void on_exhausted(int error) override {
    ++exhausted_;
    exhausted_error_ = error;
  }

  std::unique_ptr<Listener> listen(const std::string& text) {
    auto socket = ListenSocket::open(*parse_socket_address(text));
    EXPECT_TRUE(socket) << text << ": " << to_text(socket.error());
    return socket ? std::make_unique<Listener>(std::move(*socket), ListenerOptions(), loop_, *this)
                  : nullptr;
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
  std::function<void(int fd)> instead_of_keeping_;
  std::vector<int> accepted_;
  std::vector<SocketAddress> peers_;
  std::vector<ListenerOptions> options_;
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

// Whoever accepts for several listeners learns which one it was, and how that one is spoken to.
TEST_F(ListenerTest, TellsItsOptionsWithEachConnection) {
  const auto first = listen("127.0.0.1:0");
  const auto second = listen("127.0.0.1:0");
  ListenerOptions spoken_to;
  spoken_to.address = "somewhere";
  spoken_to.proxy_protocol = true;
  second->set_options(spoken_to);
  connect(first->address());
  run_until([&] { return accepted_.size() == 1; });
  connect(second->address());
  run_until([&] { return accepted_.size() == 2; });

  EXPECT_EQ(options_[0].address, first->address().text());
  EXPECT_FALSE(options_[0].proxy_protocol);
  EXPECT_EQ(options_[1].address, second->address().text());
  EXPECT_TRUE(options_[1].proxy_protocol);
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

  listener->take_what_waits();

  EXPECT_EQ(accepted_.size(), 100u);
}

// The next process's, or the same one's in its next life.
TEST_F(ListenerTest, LeavesTheQueueToWhoeverServesItNext) {
  auto socket = ListenSocket::open(*parse_socket_address("127.0.0.1:0"));
  ASSERT_TRUE(socket);
  auto copy = socket->duplicate();
  ASSERT_TRUE(copy);
  socket->set_keeper(Keeper::kSomeone);
  auto first = std::make_unique<Listener>(std::move(*socket), ListenerOptions(), loop_, *this);
  for (int i = 0; i < 10; ++i) connect(first->address());
  first->take_what_waits();
  first.reset();
  EXPECT_TRUE(accepted_.empty());

  const Listener second(std::move(*copy), ListenerOptions(), loop_, *this);
  run_until([&] { return accepted_.size() == 10; });
}

// A flood must not keep a process from ending: who comes while the last ones are taken comes late.
TEST_F(ListenerTest, IsNotHeldAtTheEndByPeersThatKeepComing) {
  const testing::TempDir dir;
  const auto listener = listen("unix:" + dir.path("s"));
  ASSERT_NE(listener, nullptr);
  constexpr int kFlood = 10'000;
  int accepted = 0;
  instead_of_keeping_ = [&](int fd) {
    ::close(fd);
    ::close(clients_.back());
    clients_.pop_back();
    if (++accepted < kFlood) connect(listener->address());
  };
  connect(listener->address());
  listener->take_what_waits();
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, kFlood);
}

TEST_F(ListenerTest, TwoLoopsMayServeOneSocket) {
  Loop other_loop;
  auto socket = ListenSocket::open(*parse_socket_address("127.0.0.1:0"));
  ASSERT_TRUE(socket);
  auto copy = socket->duplicate();
  ASSERT_TRUE(copy);
  const Listener first(std::move(*socket), ListenerOptions(), loop_, *this);
  const Listener second(std::move(*copy), ListenerOptions(), other_loop, *this);
  connect(first.address());
  run_until([&] { return accepted_.size() == 1; });
  other_loop.post([&] { other_loop.stop(); });
  other_loop.run();  // Finds nothing, and does not block in accept().
  EXPECT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(exhausted_, 0);
}

}  // namespace
}  // namespace penstock::io
