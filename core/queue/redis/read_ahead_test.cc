#include "queue/redis/read_ahead.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/random.h"
#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kMuch = 1 << 20;

class ReadAheadTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    ahead_.emplace(options_, system_clock_);
  }
  Texts read(std::size_t skip, std::size_t messages_max, std::size_t bytes_max = kMuch) {
    ahead_->begin(skip, messages_max, bytes_max);
    return ahead_->take();
  }

  std::optional<ReadAhead> ahead_;
};

TEST_F(ReadAheadTest, ReadsWhatIsBehindTheOldest) {
  call({"LPUSH", "events", "a", "b", "c", "d", "e"});

  EXPECT_EQ(read(2, 2), (Texts{"c", "d"}));
  EXPECT_EQ(read(2, 100), (Texts{"c", "d", "e"}));
  EXPECT_EQ(read(4, 1), Texts{"e"});
  EXPECT_EQ(read(0, 3), (Texts{"a", "b", "c"}));
  EXPECT_EQ(texts({"KEYS", "*"}), Texts{"events"});  // It is no claim.
  EXPECT_EQ(number({"LLEN", "events"}), 5);
}

TEST_F(ReadAheadTest, FindsNothingBehindTheNewest) {
  EXPECT_EQ(read(0, 10), Texts());
  call({"LPUSH", "events", "a", "b"});

  EXPECT_EQ(read(2, 10), Texts());
  EXPECT_EQ(read(100, 10), Texts());
}

// Those that fit, and one at least, however long they are.
TEST_F(ReadAheadTest, ReadsWhatHasRoomAsAClaimDoes) {
  constexpr std::size_t kBytesMax = 20'000;
  constexpr std::size_t kMessagesMax = 40;
  Random random(7);
  Texts sent(60);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const std::size_t longest = i % 20 < 10 ? 30'000 : 40;
    sent[i] = std::string(random.next() % longest, static_cast<char>('a' + i % 26));
    call({"LPUSH", "events", sent[i]});
  }
  for (std::size_t skip = 0; skip < sent.size(); ++skip) {
    std::size_t end = skip;
    for (std::size_t bytes = 0; end < sent.size() && end - skip < kMessagesMax; ++end) {
      bytes += sent[end].size();
      if (end > skip && bytes > kBytesMax) break;
    }
    const Texts expected(sent.begin() + static_cast<std::ptrdiff_t>(skip),
                         sent.begin() + static_cast<std::ptrdiff_t>(end));
    ASSERT_EQ(read(skip, kMessagesMax, kBytesMax), expected) << skip;
  }
}

TEST_F(ReadAheadTest, KeepsRoomBehindEachMessage) {
  call({"LPUSH", "events", "", std::string(100, 'x'), std::string(70'000, 'y')});

  const Texts messages = read(0, 10);

  ASSERT_EQ(messages.size(), 3U);
  for (const std::string& message : messages) {
    EXPECT_GE(message.capacity(), message.size() + kReadablePadding);
  }
}

TEST_F(ReadAheadTest, GivesOnceWhatWasBegun) {
  call({"LPUSH", "events", "a"});
  EXPECT_EQ(ahead_->take(), Texts());

  EXPECT_EQ(read(0, 1), Texts{"a"});
  EXPECT_EQ(ahead_->take(), Texts());
}

// Whether the first one is under way, or read, or not begun yet: it is not what is wanted.
TEST_F(ReadAheadTest, GivesWhatWasBegunLast) {
  call({"LPUSH", "events", "a", "b", "c"});
  for (int i = 0; i < 100; ++i) {
    ahead_->begin(0, 1, kMuch);
    if (i % 2 == 1) ahead_->drop();
    ahead_->begin(1, 2, kMuch);
    ASSERT_EQ(ahead_->take(), (Texts{"b", "c"})) << i;
    ahead_->begin(0, 1, kMuch);
    ahead_->drop();
    ASSERT_EQ(ahead_->take(), Texts()) << i;
  }
}

TEST_F(ReadAheadTest, WaitsForNothingThatWasDropped) {
  options_.timeout_ms = 60'000;
  ahead_.emplace(options_, system_clock_);
  call({"LPUSH", "events", "a", "b"});
  ASSERT_EQ(read(0, 1), Texts{"a"});
  redis_.pause();
  const std::int64_t begun_us = system_clock_.mono_us();
  ahead_->begin(0, 1, kMuch);

  ahead_->drop();

  EXPECT_EQ(ahead_->take(), Texts());
  EXPECT_LT(system_clock_.mono_us() - begun_us, 30'000'000);
  redis_.resume();
  EXPECT_EQ(read(1, 1), Texts{"b"});
}

TEST_F(ReadAheadTest, GivesNothingWhereRedisIsGoneAndReadsAgainWhereItIsBack) {
  call({"LPUSH", "events", "a"});
  ASSERT_EQ(read(0, 1), Texts{"a"});
  redis_.kill();
  EXPECT_EQ(read(0, 1), Texts());
  EXPECT_EQ(read(0, 1), Texts());

  ASSERT_TRUE(redis_.start());

  EXPECT_TRUE(testing::wait_until([&] { return read(0, 1) == Texts{"a"}; }));
}

TEST_F(ReadAheadTest, GivesNothingWhereRedisHangs) {
  options_.timeout_ms = 100;
  ahead_.emplace(options_, system_clock_);
  call({"LPUSH", "events", "a"});
  redis_.pause();
  EXPECT_EQ(read(0, 1), Texts());

  redis_.resume();

  EXPECT_TRUE(testing::wait_until([&] { return read(0, 1) == Texts{"a"}; }));
}

TEST_F(ReadAheadTest, GivesNothingWhereItMayNot) {
  call({"SET", "events", "text"});
  EXPECT_EQ(read(0, 1), Texts());
  call({"DEL", "events"});
  call({"LPUSH", "events", "a"});
  call({"ACL", "SETUSER", "default", "-lrange"});
  EXPECT_EQ(read(0, 1), Texts());
  call({"ACL", "SETUSER", "default", "+lrange", "-evalsha", "-script|load"});
  EXPECT_EQ(read(0, 1), Texts{"a"});
}

// Accepts one connection and hears what it says, and never answers.
class MuteServer {
 public:
  explicit MuteServer(const std::string& path)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
  }
  ~MuteServer() {
    ::close(connection_);
    ::close(listener_);
  }
  MuteServer(const MuteServer&) = delete;
  MuteServer& operator=(const MuteServer&) = delete;
  void wait_for_a_command() {
    connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    char byte = 0;
    EXPECT_EQ(::recv(connection_, &byte, 1, 0), 1);
  }

 private:
  const int listener_;
  int connection_ = -1;
};

TEST(ReadAheadEnd, WaitsNoLongerThanACallMayTake) {
  testing::TempDir dir;
  const SystemClock clock;
  RedisOptions options;
  options.address.unix_path = dir.path("mute.sock");
  options.timeout_ms = 300;
  MuteServer server(options.address.unix_path);
  std::optional<ReadAhead> ahead(std::in_place, options, clock);
  ahead->begin(0, 1, kMuch);
  server.wait_for_a_command();
  ahead->drop();
  ahead->begin(0, 1, kMuch);  // Which is not begun any more.

  const std::int64_t begun_us = clock.mono_us();
  ahead.reset();

  EXPECT_LT(clock.mono_us() - begun_us, 10'000'000);
}

}  // namespace
}  // namespace penstock::queue
