#include "io/stream.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/timer.h"

namespace penstock::io {
namespace {

// One end of a socket pair is the stream's; the test holds the other.
class StreamTest : public ::testing::Test, public TransportEvents {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = ends[1];
    stream_ = std::make_unique<Stream>(loop_, *this);
    ASSERT_TRUE(stream_->open(ends[0], true));
  }
  void TearDown() override {
    if (peer_ >= 0) ::close(peer_);
  }

  bool wants_bytes() override {
    ++asked_;
    return wants_;
  }
  void on_ready() override { FAIL(); }
  void on_bytes(std::string_view bytes) override { seen_ += bytes; }
  void on_end(int error) override {
    has_ended_ = true;
    end_error_ = error;
  }
  void on_written() override { ++written_; }

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

  std::string receive_all() {
    std::string out;
    char buffer[65'536];
    for (ssize_t n; (n = ::recv(peer_, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;) {
      out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
  }

  Loop loop_;
  std::unique_ptr<Stream> stream_;
  int peer_ = -1;
  bool wants_ = true;
  int asked_ = 0;
  std::string seen_;
  bool has_ended_ = false;
  int end_error_ = -1;
  int written_ = 0;
};

TEST_F(StreamTest, PassesOnWhatThePeerSendsAndItsEnd) {
  ASSERT_EQ(::send(peer_, "hello", 5, 0), 5);
  run_until([&] { return seen_ == "hello"; });

  ::shutdown(peer_, SHUT_WR);
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, 0);
}

TEST_F(StreamTest, ReadsOneBufferATurnHoweverMuchIsThere) {
  const std::string much(Loop::kReadBufferBytes * 5 / 2, 'x');
  ASSERT_EQ(::send(peer_, much.data(), much.size(), 0), static_cast<ssize_t>(much.size()));

  std::size_t turns = 0;
  run_until([&] {
    ++turns;
    EXPECT_LE(seen_.size(), turns * Loop::kReadBufferBytes);
    return seen_.size() == much.size();
  });
  EXPECT_EQ(asked_, 3);
}

TEST_F(StreamTest, WritesAtOnceWhatTheKernelTakes) {
  ASSERT_TRUE(stream_->write("answer"));

  EXPECT_EQ(receive_all(), "answer");
  EXPECT_EQ(stream_->unsent_bytes(), 0u);
}

TEST_F(StreamTest, KeepsWhatTheKernelDoesNotTakeAndTheOrder) {
  const std::string much(4u << 20, 'x');
  ASSERT_TRUE(stream_->write(much));
  ASSERT_TRUE(stream_->write("end"));
  EXPECT_GT(stream_->unsent_bytes(), 0u);

  std::string got;
  run_until([&] {
    got += receive_all();
    return stream_->unsent_bytes() == 0 && written_ == 1;
  });
  got += receive_all();

  EXPECT_EQ(got, much + "end");
}

// Bytes stay in the kernel, so that TCP slows the peer, and the loop does not spin over them.
TEST_F(StreamTest, SleepsWhileNobodyWantsBytes) {
  wants_ = false;
  ASSERT_EQ(::send(peer_, "later", 5, 0), 5);
  run_until([&] { return asked_ == 1; });
  Timer rest(loop_, [&] { loop_.stop(); });
  rest.start_once(20);
  loop_.run();
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(seen_, "");
  EXPECT_TRUE(stream_->has_input());

  wants_ = true;
  stream_->resume();
  run_until([&] { return seen_ == "later"; });
  EXPECT_FALSE(stream_->has_input());
}

TEST_F(StreamTest, EndsItsSideAndGoesOnReading) {
  stream_->end_writing();
  char byte;
  EXPECT_EQ(::recv(peer_, &byte, 1, 0), 0);

  ASSERT_EQ(::send(peer_, "more", 4, MSG_NOSIGNAL), 4);
  run_until([&] { return seen_ == "more"; });
}

TEST_F(StreamTest, TellsAWriterThatThePeerHasGone) {
  ::close(peer_);
  peer_ = -1;

  const auto written = stream_->write("x");

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kDisconnected);
}

TEST_F(StreamTest, MayBeDroppedWithBytesUnsent) {
  ASSERT_TRUE(stream_->write(std::string(4u << 20, 'x')));
  ASSERT_GT(stream_->unsent_bytes(), 0u);

  stream_.reset();
  loop_.post([&] { loop_.stop(); });
  loop_.run();

  EXPECT_EQ(written_, 0);
  EXPECT_FALSE(has_ended_);
}

}  // namespace
}  // namespace penstock::io
