#include "queue/redis/link.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "queue/redis/held_name_testing.h"
#include "queue/redis/network_testing.h"
#include "support/redis_server.h"
#include "support/run_until.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;

struct Events final : RedisLinkEvents {
  void on_ready(std::string_view info) override {
    ++ready;
    last_info = info;
  }
  void on_lost(const Error& error) override {
    ++lost;
    last_error = error;
  }
  int ready = 0;
  int lost = 0;
  std::string last_info;
  Error last_error{};
};

// A Redis that says only what a test tells it to.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(const std::string& path) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 8);
  }
  ~ScriptedPeer() {
    hang_up();
    ::close(listener_);
  }
  // Takes what has come, and the connection it comes on; false where nothing has.
  bool receive() {
    pollfd waiting{listener_, POLLIN, 0};
    if (connection_ < 0 && ::poll(&waiting, 1, 0) > 0) {
      connection_ = ::accept(listener_, nullptr, nullptr);
    }
    char bytes[4096];
    if (connection_ < 0) return false;
    const ssize_t count = ::recv(connection_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }
  bool has(std::string_view text) {
    receive();
    return received_.find(text) != std::string::npos;
  }
  void say(std::string_view text) {
    EXPECT_EQ(::send(connection_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void hang_up() {
    if (connection_ >= 0) ::close(connection_);
    connection_ = -1;
    received_.clear();
  }

 private:
  int listener_;
  int connection_ = -1;
  std::string received_;
};

class RedisLinkTest : public ::testing::Test {
 protected:
  RedisLinkTest() {
    options_.address.unix_path = dir_.path("sock");
    options_.timeout_ms = 100;
  }
  void start() { link_.emplace(options_, loop_, Random(1), events_); }
  // To kReady, by the peer's hand.
  void greet() {
    if (!link_) start();
    ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
    peer_->say("$14\r\nused_memory:1\n\r\n");
    ASSERT_TRUE(run_until(loop_, [&] { return link_->is_ready(); }));
  }
  void send(std::string_view word) {
    RedisCommand command(1);
    command.add(word);
    link_->send(std::move(command), [this](const Result<RedisReply>& reply) {
      replies_.push_back(reply ? std::string(reply->text) : to_text(reply.error()));
    });
  }

  testing::TempDir dir_;
  std::optional<ScriptedPeer> peer_{dir_.path("sock")};
  RedisOptions options_;
  io::Loop loop_;
  Events events_;
  std::optional<RedisLink> link_;
  std::vector<std::string> replies_;
};

TEST_F(RedisLinkTest, IsReadyOnlyOnceTheServerHasAnswered) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
  EXPECT_FALSE(link_->is_ready());

  peer_->say("$14\r\nused_memory:1\n\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return link_->is_ready(); }));
  EXPECT_EQ(events_.last_info, "used_memory:1\n");
  EXPECT_EQ(events_.lost, 0);
}

TEST_F(RedisLinkTest, CompletesCommandsInOrderWhateverTheCutOfTheReplies) {
  greet();
  send("ONE");
  send("TWO");
  send("THREE");
  EXPECT_TRUE(replies_.empty());

  for (const char c : std::string_view("+one\r\n-ERR two\r\n$5\r\nthree\r\n")) {
    peer_->say({&c, 1});
  }

  ASSERT_TRUE(run_until(loop_, [&] { return replies_.size() == 3; }));
  EXPECT_EQ(replies_, (std::vector<std::string>{"one", "ERR two", "three"}));
}

TEST_F(RedisLinkTest, CompletesEveryCommandOnceWhenTheServerHangsUp) {
  greet();
  send("ONE");
  send("TWO");
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("TWO"); }));
  peer_->say("+one\r\n+tw");
  ASSERT_TRUE(run_until(loop_, [&] { return replies_.size() == 1; }));

  peer_->hang_up();

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));
  ASSERT_EQ(replies_.size(), 2U);
  EXPECT_NE(replies_[1].find("read from Redis"), std::string::npos) << replies_[1];
  greet();
  EXPECT_EQ(events_.ready, 2);
  EXPECT_EQ(replies_.size(), 2U);
}

TEST_F(RedisLinkTest, DropsAConnectionWhoseReplyIsLate) {
  greet();
  send("ONE");

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  EXPECT_EQ(events_.last_error.native, ETIMEDOUT);
  EXPECT_EQ(replies_.size(), 1U);
}

TEST_F(RedisLinkTest, DropsAConnectionThatIsNotRedis) {
  greet();
  send("ONE");
  peer_->say("HTTP/1.1 400 Bad Request\r\n\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  EXPECT_EQ(replies_.size(), 1U);
  EXPECT_NE(to_text(events_.last_error).find("Protocol error"), std::string::npos)
      << to_text(events_.last_error);
}

TEST_F(RedisLinkTest, DropsAConnectionThatAnswersUnasked) {
  greet();
  peer_->say("+surprise\r\n");

  EXPECT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));
}

TEST_F(RedisLinkTest, TriesAgainWhereNobodyListens) {
  peer_.reset();
  ::unlink(dir_.path("sock").c_str());
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost >= 2; }));
  EXPECT_EQ(events_.last_error.code, ErrorCode::kDisconnected);

  peer_.emplace(dir_.path("sock"));

  greet();
}

TEST_F(RedisLinkTest, LearnsOfARefusedTcpConnection) {
  options_.address = {};
  options_.address.host = "127.0.0.1";
  options_.address.port = testing::free_port();
  options_.timeout_ms = 20'000;
  start();

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost >= 1; }));

  EXPECT_EQ(events_.last_error.native, UV_ECONNREFUSED);
}

TEST_F(RedisLinkTest, SaysThatItIsRefusedForItsPassword) {
  options_.address.password = "wrong";
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
  peer_->say("-WRONGPASS invalid\r\n-NOAUTH first\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  EXPECT_EQ(events_.last_error.code, ErrorCode::kConfiguration);
  EXPECT_EQ(to_text(events_.last_error), "authenticate to Redis: WRONGPASS invalid");
  EXPECT_EQ(events_.ready, 0);
}

TEST_F(RedisLinkTest, IsReadyWhereItMayNotAskForMemory) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
  peer_->say("-NOPERM no permissions\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return link_->is_ready(); }));

  EXPECT_EQ(events_.last_info, "");
}

TEST_F(RedisLinkTest, DropsAServerThatIsTooOld) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
  peer_->say("$21\r\nredis_version:6.0.5\r\n\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  EXPECT_EQ(events_.last_error.code, ErrorCode::kConfiguration);
  EXPECT_NE(to_text(events_.last_error).find("6.0.6: 6.0.5"), std::string::npos);
}

// What it takes is lost when its master syncs it again, also where it may be written to.
TEST_F(RedisLinkTest, DropsAReplica) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return peer_->has("INFO"); }));
  peer_->say("$12\r\nrole:slave\r\n\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  EXPECT_EQ(events_.ready, 0);
}

TEST_F(RedisLinkTest, MayGoFromWithinACompletion) {
  greet();
  RedisCommand command(1);
  command.add("ONE");
  bool is_called = false;
  link_->send(std::move(command), [&](const Result<RedisReply>&) {
    is_called = true;
    link_.reset();
  });
  send("TWO");
  peer_->say("+one\r\n+two\r\n");

  ASSERT_TRUE(run_until(loop_, [&] { return is_called; }));

  EXPECT_TRUE(replies_.empty());
}

// The listener's own kind of address, so that the name leads here.
class TcpPeer {
 public:
  TcpPeer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), bytes);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &bytes);
    ::listen(listener_, 8);
    port = ntohs(address.sin_port);
  }
  ~TcpPeer() {
    for (const int fd : connections_) ::close(fd);
    ::close(listener_);
  }
  // Answers each INFO on any connection, and nothing else.
  void serve() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) connections_.push_back(fd);
    for (const int connection : connections_) {
      char bytes[4096];
      const ssize_t count = ::recv(connection, bytes, sizeof bytes, 0);
      if (count <= 0) continue;
      const std::string_view text(bytes, static_cast<std::size_t>(count));
      if (text.find("INFO") == std::string_view::npos) continue;
      ::send(connection, "$4\r\ninfo\r\n", 10, MSG_NOSIGNAL);
      ++greeted;
    }
  }
  std::uint16_t port = 0;
  int greeted = 0;

 private:
  const int listener_;
  std::vector<int> connections_;
};

// A name that is answered after the deadline once made a connection beside the one that the retry
// made: the replies to the second one's greeting were then paid to commands of the first, and
// events were answered that nobody had.
TEST_F(RedisLinkTest, PaysNoReplyToAnotherCommandWhereTheNameIsLate) {
  TcpPeer peer;
  testing::HeldName name;
  options_.address = {};
  options_.address.host = testing::HeldName::kName;
  options_.address.port = peer.port;
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost >= 1; }));
  name.release();
  ASSERT_TRUE(run_until(loop_, [&] {
    peer.serve();
    return link_->is_ready();
  }));

  send("LPUSH");
  ASSERT_TRUE(run_until(loop_, [&] {
    peer.serve();
    return !replies_.empty() && peer.greeted >= 2;
  }));

  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_NE(replies_[0].find("wait for Redis"), std::string::npos) << replies_[0];
}

class ScriptedLinkTest : public ::testing::Test {
 protected:
  ScriptedLinkTest() {
    options_.address.host = "redis.example";
    options_.timeout_ms = 50;
  }
  void start() { link_.emplace(options_, loop_, Random(1), events_, resolver_, connector_); }
  bool runs_until_tried(std::size_t count) {
    return run_until(loop_, [&] { return connector_.asked.count() >= count; });
  }
  void send(std::string_view word) {
    RedisCommand command(1);
    command.add(word);
    link_->send(std::move(command), [this](const Result<RedisReply>& reply) {
      replies_.push_back(reply ? std::string(reply->text) : "failed");
    });
  }

  RedisOptions options_;
  io::Loop loop_;
  Events events_;
  ScriptedResolver resolver_;
  ScriptedConnector connector_;
  std::optional<RedisLink> link_;
  std::vector<std::string> replies_;
};

TEST_F(ScriptedLinkTest, ConnectsNothingWhileItIsClosed) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return events_.lost == 1; }));

  resolver_.answer(0, {"127.0.0.1:1"});

  EXPECT_EQ(connector_.asked.count(), 0U);
  ASSERT_TRUE(runs_until_tried(1));  // By the retry.
  EXPECT_EQ(resolver_.asked.count(), 1U);
}

TEST_F(ScriptedLinkTest, HearsNothingFromAWireThatItDropped) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return resolver_.asked.count() == 1; }));
  resolver_.answer(0, {"127.0.0.1:1"});
  ASSERT_TRUE(runs_until_tried(1));
  const auto first = connector_.accept(0);
  first->say("+info\r\n");
  ASSERT_TRUE(link_->is_ready());
  send("ONE");

  link_->drop({ErrorCode::kDisconnected, 0, "test"});

  EXPECT_EQ(replies_, std::vector<std::string>{"failed"});
  EXPECT_TRUE(first->is_dropped);
  first->say("+one\r\n");
  EXPECT_FALSE(link_->is_ready());
  EXPECT_EQ(replies_.size(), 1U);
}

// It takes connections and says nothing, as a stopped Redis does.
TEST_F(ScriptedLinkTest, TurnsToTheOtherAddressWhereTheFirstHangs) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return resolver_.asked.count() == 1; }));
  resolver_.answer(0, {"127.0.0.2:1", "127.0.0.1:1"});
  ASSERT_TRUE(runs_until_tried(1));
  connector_.accept(0);
  ASSERT_TRUE(run_until(loop_, [&] { return resolver_.asked.count() == 2; }));
  resolver_.answer(1, {"127.0.0.2:1", "127.0.0.1:1"});

  ASSERT_TRUE(runs_until_tried(2));

  EXPECT_EQ(connector_.asked.what(1), "127.0.0.1:1");
}

}  // namespace
}  // namespace penstock::queue
