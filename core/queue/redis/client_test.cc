#include "queue/redis/client.h"

#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <hiredis.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/call.h"
#include "queue/redis/held_name_testing.h"
#include "queue/redis/network_testing.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(RedisClient, SpeaksOverSocketAndTcpInItsDatabase) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  options.address.database = 3;
  RedisClient by_socket(options, clock);
  options.address = redis.tcp_address();
  options.address.database = 3;
  RedisClient by_tcp(options, clock);

  ASSERT_TRUE(by_socket.call({"SET", "key", "value"}));

  EXPECT_STREQ((*by_tcp.call({"GET", "key"}))->str, "value");
  EXPECT_TRUE(by_tcp.call({"SELECT", "0"}));
  EXPECT_EQ((*by_tcp.call({"EXISTS", "key"}))->integer, 0);
}

TEST(RedisClient, SignsInByPasswordAndByUser) {
  testing::RedisServer redis(
      {"--requirepass", "secret", "--user", "ingest", "on", ">other", "~*", "+@all"});
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  options.address.password = "secret";
  EXPECT_TRUE(RedisClient(options, clock).call({"PING"}));
  options.address.user = "ingest";
  options.address.password = "other";
  EXPECT_TRUE(RedisClient(options, clock).call({"PING"}));

  options.address.password = "wrong";

  EXPECT_EQ(RedisClient(options, clock).call({"PING"}).error().code, ErrorCode::kConfiguration);
}

// It takes connections into its queue and never answers, as a stopped Redis does.
class HangingServer {
 public:
  explicit HangingServer(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 64), 0);
  }
  ~HangingServer() { ::close(fd_); }
  HangingServer(const HangingServer&) = delete;
  HangingServer& operator=(const HangingServer&) = delete;
  // Since the last call.
  int connections() const {
    int count = 0;
    for (int fd = ::accept(fd_, nullptr, nullptr); fd >= 0; ++count) {
      ::close(fd);
      fd = ::accept(fd_, nullptr, nullptr);
    }
    return count;
  }

 private:
  const int fd_;
};

TEST(RedisClient, WaitsAfterAFailureAndSaysMeanwhileWhatItWas) {
  testing::TempDir dir;
  ManualClock clock(0);
  RedisOptions options;
  options.address.unix_path = dir.path("none.sock");
  options.timeout_ms = 20;
  RedisClient client(options, clock);
  const std::string text = to_text(client.call({"PING"}).error());
  EXPECT_EQ(text, "connect to Redis: No such file or directory");
  const HangingServer server(options.address.unix_path);

  EXPECT_EQ(to_text(client.call({"PING"}).error()), text);
  EXPECT_EQ(server.connections(), 0);
  clock.advance_ms(51);
  EXPECT_EQ(std::string_view(client.call({"PING"}).error().step), "talk to Redis");
  EXPECT_EQ(server.connections(), 1);
}

TEST(RedisClient, WaitsLongerWhereAServerTakesConnectionsAndHangs) {
  testing::TempDir dir;
  ManualClock clock(0);
  RedisOptions options;
  options.address.unix_path = dir.path("hangs.sock");
  options.timeout_ms = 20;
  const HangingServer server(options.address.unix_path);
  RedisClient client(options, clock);

  for (const std::int64_t longest_ms : {50, 100, 200, 400}) {
    EXPECT_EQ(std::string_view(client.call({"PING"}).error().step), "talk to Redis");
    EXPECT_EQ(server.connections(), 1);
    clock.advance_ms(longest_ms / 2 - 1);
    EXPECT_EQ(std::string_view(client.call({"PING"}).error().step), "talk to Redis");
    EXPECT_EQ(server.connections(), 0) << "it waits";
    clock.advance_ms(longest_ms / 2 + 2);
  }
}

// What a person has to change is said by Redis better than by us.
TEST(RedisClient, GivesRedissOwnWordsForAReason) {
  testing::RedisServer redis({"--requirepass", "secret"});
  ASSERT_TRUE(redis.start());
  ManualClock clock(0);
  RedisOptions options;
  options.address = redis.address();
  EXPECT_EQ(to_text(redis_ok(RedisClient(options, clock).call({"LLEN", "k"}), "count").error()),
            "count: NOAUTH Authentication required.");
  options.address.password = "wrong";
  RedisClient client(options, clock);

  for (int i = 0; i < 2; ++i) {  // Also while it waits.
    const auto refused = client.call({"PING"});
    EXPECT_EQ(refused.error().code, ErrorCode::kConfiguration);
    EXPECT_NE(to_text(refused.error()).find("authenticate to Redis: WRONGPASS"), std::string::npos)
        << to_text(refused.error());
  }
  options.address.password = "secret";
  options.address.database = 99;
  EXPECT_NE(to_text(RedisClient(options, clock).call({"PING"}).error()).find("out of range"),
            std::string::npos);
}

TEST(RedisClient, SaysThatRedisHungUp) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  ASSERT_TRUE(client.call({"PING"}));
  RedisClient other(options, clock);
  ASSERT_TRUE(other.call({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}));

  const std::string text = to_text(client.call({"PING"}).error());

  EXPECT_TRUE(text.find("it has closed the connection") != std::string::npos ||
              text.find("Broken pipe") != std::string::npos ||
              text.find("Connection reset by peer") != std::string::npos)
      << text;
}

// Whatever it is asked, it says the same, in pieces of one read each.
class Parrot final : public Connector {
 public:
  explicit Parrot(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  std::unique_ptr<Underway> open(io::Loop& loop, const io::SocketAddress& /*address*/,
                                 OnOpened on_opened) override {
    auto underway = asked_.add("", std::move(on_opened));
    loop.post([this, &loop, i = asked_.count() - 1] {
      asked_.tell(i, Result<std::unique_ptr<RedisWire>>(std::make_unique<Wire>(loop, pieces_)));
    });
    return underway;
  }

 private:
  class Wire final : public RedisWire {
   public:
    Wire(io::Loop& loop, const std::vector<std::string>& pieces)
        : pieces_(pieces), say_(loop, [this] { say(); }) {}
    void start(RedisWireEvents& events) override { events_ = &events; }
    void write(RedisCommand /*command*/) override {
      said_ = 0;
      say_.start_once(0);
    }
    std::uint64_t unsent_bytes() const override { return 0; }
    Result<files::Descriptor> take_socket() override {
      return fail(ErrorCode::kDisconnected, "take no socket");
    }

   private:
    void say() {
      if (said_ + 1 < pieces_.size()) say_.start_once(0);
      events_->on_bytes(pieces_[said_++]);
    }
    const std::vector<std::string>& pieces_;
    std::size_t said_ = 0;
    RedisWireEvents* events_ = nullptr;
    io::Timer say_;
  };
  const std::vector<std::string> pieces_;
  Asked<OnOpened> asked_;
};

TEST(RedisClient, PutsAReplyTogetherFromItsPieces) {
  const SystemClock clock;
  RedisOptions options;
  options.address.unix_path = "/redis.sock";
  Parrot parrot({"*2\r", "\n$3\r\na", "bc\r\n:7", "\r\n"});
  RedisClient client(options, clock, system_resolver(), parrot);
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.call({"ANY"});
    ASSERT_TRUE(reply) << to_text(reply.error());
    ASSERT_EQ((*reply)->elements, 2U);
    EXPECT_STREQ((*reply)->element[0]->str, "abc");
    EXPECT_EQ((*reply)->element[1]->integer, 7);
  }
}

// The second one would be taken for the next command's.
TEST(RedisClient, LeavesAServerThatAnswersUnasked) {
  ManualClock clock(0);
  RedisOptions options;
  options.address.unix_path = "/redis.sock";
  Parrot parrot({"+OK\r\n+OK\r\n"});
  RedisClient client(options, clock, system_resolver(), parrot);
  EXPECT_EQ(to_text(client.call({"ANY"}).error()), "talk to Redis: it answers unasked");
}

// A name that leads to these addresses.
class FixedName final : public Resolver {
 public:
  explicit FixedName(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  std::unique_ptr<Underway> resolve(io::Loop& loop, const std::string& /*host*/,
                                    std::uint16_t /*port*/, OnResolved on_resolved) override {
    auto underway = asked_.add("", std::move(on_resolved));
    loop.post([this, i = asked_.count() - 1] {
      std::vector<io::SocketAddress> addresses;
      for (const std::string& text : texts_) addresses.push_back(*io::parse_socket_address(text));
      asked_.tell(i, Result<std::vector<io::SocketAddress>>(std::move(addresses)));
    });
    return underway;
  }

 private:
  const std::vector<std::string> texts_;
  Asked<OnResolved> asked_;
};

// Nobody takes its connections and no more find room: the kernel drops what asks for one.
class DeadListener {
 public:
  DeadListener(const char* host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &address.sin_addr);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    const int listener = open_socket();
    EXPECT_EQ(::bind(listener, raw, sizeof address), 0);
    EXPECT_EQ(::listen(listener, 0), 0);
    for (int i = 0; i < 8; ++i) ::connect(open_socket(), raw, sizeof address);
  }
  ~DeadListener() {
    for (const int fd : sockets_) ::close(fd);
  }

 private:
  int open_socket() {
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return sockets_.back();
  }
  std::vector<int> sockets_;
};

class RedisClientByNameTest : public ::testing::Test {
 protected:
  RedisClientByNameTest() { options_.address.host = "redis.example"; }
  // Milliseconds of one call.
  std::int64_t call(RedisClient& client, bool is_answered) {
    const std::int64_t begun_us = clock_.mono_us();
    EXPECT_EQ(client.call({"PING"}).has_value(), is_answered);
    return (clock_.mono_us() - begun_us) / 1000;
  }
  SystemClock clock_;
  RedisOptions options_;
};

TEST_F(RedisClientByNameTest, ReachesTheAddressBehindADeadOne) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  const DeadListener dead("127.0.0.2", redis.port());
  const std::string port = str_cat(":", redis.port());
  FixedName name({"[::1]" + port, "127.0.0.2" + port, "127.0.0.1" + port});
  options_.timeout_ms = 20'000;
  RedisClient client(options_, clock_, name);

  EXPECT_LT(call(client, true), 10'000);
}

TEST_F(RedisClientByNameTest, GivesUpInItsTimeWhereAllAreDead) {
  const std::uint16_t port = testing::free_port();
  const DeadListener dead("127.0.0.2", port);
  const DeadListener too("127.0.0.3", port);
  FixedName name({str_cat("127.0.0.2:", port), str_cat("127.0.0.3:", port)});
  options_.timeout_ms = 200;
  RedisClient client(options_, clock_, name);

  const std::int64_t took_ms = call(client, false);

  EXPECT_GE(took_ms, 150);  // The loop's clock may run some milliseconds ahead of ours.
  EXPECT_LT(took_ms, 2'000);
}

TEST_F(RedisClientByNameTest, GivesUpInItsTimeWhereTheNameIsLate) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  testing::HeldName name;
  options_.address.host = testing::HeldName::kName;
  options_.address.port = redis.port();
  options_.timeout_ms = 50;
  RedisClient client(options_, clock_);
  EXPECT_LT(call(client, false), 2'000);

  name.release();

  EXPECT_TRUE(testing::wait_until([&] { return client.call({"PING"}).has_value(); }));
}

// Greeting and command together, not each of them.
TEST_F(RedisClientByNameTest, GivesUpInItsTimeWhereTheServerHangs) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  options_.address = redis.tcp_address();
  options_.address.database = 1;
  options_.timeout_ms = 300;
  RedisClient client(options_, clock_);
  redis.pause();

  EXPECT_LT(call(client, false), 2'000);
  redis.resume();
}

TEST(RedisClientScript, IsTaughtAgainWhereRedisForgotIt) {
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);
  constexpr RedisScript kScript{"return {KEYS[1], ARGV[1], redis.sha1hex(ARGV[1])}"};
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.run(kScript, {"key"}, {"value"});
    ASSERT_TRUE(reply);
    ASSERT_EQ((*reply)->elements, 3U);
    EXPECT_STREQ((*reply)->element[1]->str, "value");
    if (i == 1) {
      ASSERT_TRUE(client.call({"SCRIPT", "FLUSH"}));
    }
  }
  // Three runs by name, one of which was not known, and its text once.
  const auto stats = client.call({"INFO", "commandstats"});
  const std::string text((*stats)->str, (*stats)->len);
  EXPECT_NE(text.find("cmdstat_eval:calls=1"), std::string::npos) << text;
  EXPECT_NE(text.find("cmdstat_evalsha:calls=3"), std::string::npos) << text;
}

TEST(RedisClientServer, IsLeftWhereItIsNotTheOneToWriteTo) {
  testing::RedisServer redis({"--replicaof", "127.0.0.1", "1"});
  ASSERT_TRUE(redis.start());
  ManualClock clock(0);
  RedisOptions options;
  options.address = redis.address();
  RedisClient client(options, clock);

  const auto reply = client.call({"SET", "key", "value"});

  ASSERT_TRUE(reply);
  EXPECT_EQ((*reply)->type, REDIS_REPLY_ERROR);
  EXPECT_EQ(to_text(client.call({"PING"}).error()),
            "talk to this Redis: READONLY You can't write against a read only replica.");
}

}  // namespace
}  // namespace penstock::queue
