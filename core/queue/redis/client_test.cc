#include "queue/redis/client.h"

#include <gtest/gtest.h>
#include <hiredis.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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

TEST(RedisClient, WaitsLongerAfterEachFailure) {
  testing::TempDir dir;
  ManualClock clock(0);
  RedisOptions options;
  options.address.unix_path = dir.path("none.sock");
  RedisClient client(options, clock);
  EXPECT_EQ(client.call({"PING"}).error().code, ErrorCode::kDisconnected);

  const auto at_once = client.call({"PING"});
  EXPECT_EQ(std::string_view(at_once.error().step), "wait before Redis is tried again");
  clock.advance_ms(51);
  const auto later = client.call({"PING"});

  EXPECT_EQ(std::string_view(later.error().step), "connect to Redis");
}

// It takes connections into its queue and never answers, as a stopped Redis does.
TEST(RedisClient, WaitsLongerWhereAServerTakesConnectionsAndHangs) {
  testing::TempDir dir;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = dir.path("hangs.sock");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 64), 0);
  ManualClock clock(0);
  RedisOptions options;
  options.address.unix_path = path;
  options.timeout_ms = 20;
  RedisClient client(options, clock);

  for (const std::int64_t longest_ms : {50, 100, 200, 400}) {
    EXPECT_EQ(std::string_view(client.call({"PING"}).error().step), "talk to Redis");
    clock.advance_ms(longest_ms / 2 - 1);
    EXPECT_EQ(std::string_view(client.call({"PING"}).error().step),
              "wait before Redis is tried again");
    clock.advance_ms(longest_ms / 2 + 2);
  }
  ::close(listener);
}

}  // namespace
}  // namespace penstock::queue
