#include "queue/redis/conversation.h"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <uv.h>

#include "base/text.h"
#include "io/read_watch.h"
#include "queue/redis/network_testing.h"
#include "support/run_until.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

constexpr std::int64_t kTimeoutMs = 50;

class RedisConversationTest : public ::testing::Test {
 protected:
  RedisConversationTest() {
    conversation_.emplace(
        loop_, std::make_unique<ScriptedWire>(end_), kTimeoutMs,
        [this](std::string_view text) { replies_.push_back(str_cat("error ", text)); },
        [this](const Error& error) {
          broken_ = error;
          conversation_.reset();
        });
  }
  RedisConversation::OnReply keep() {
    return [this](const Result<RedisReply>& reply) { replies_.emplace_back(reply->text); };
  }
  void send(std::string_view word) {
    RedisCommand command(1);
    command.add(word);
    conversation_->send(std::move(command), keep());
  }

  io::Loop loop_;
  std::shared_ptr<ScriptedEnd> end_ = std::make_shared<ScriptedEnd>();
  std::optional<RedisConversation> conversation_;
  std::optional<Error> broken_;
  Texts replies_;
};

TEST_F(RedisConversationTest, GivesEachCommandItsReply) {
  send("ONE");
  send("TWO");
  EXPECT_TRUE(end_->has("TWO"));

  end_->say("+one\r\n-MOVED 1 h:1\r");
  end_->say("\n");

  EXPECT_EQ(replies_, (Texts{"one", "error MOVED 1 h:1", "MOVED 1 h:1"}));
  EXPECT_FALSE(broken_);
}

// What the command was lent is still read by the wire.
TEST_F(RedisConversationTest, BreaksWhereACommandIsAnsweredBeforeItWasSent) {
  send("ONE");
  end_->unsent_bytes = 1;

  end_->say("-ERR Protocol error\r\n");

  EXPECT_TRUE(broken_);
  EXPECT_TRUE(replies_.empty());
  EXPECT_TRUE(end_->is_dropped);
}

TEST_F(RedisConversationTest, TakesTheReplyOfWhatWasSentWhileMoreIsNot) {
  send("ONE");
  const std::size_t sent = end_->written.size();
  send("TWO");
  end_->unsent_bytes = end_->written.size() - sent;

  end_->say("+one\r\n");

  EXPECT_EQ(replies_, Texts{"one"});
  EXPECT_FALSE(broken_);
}

TEST_F(RedisConversationTest, BreaksWhereNothingWasAsked) {
  end_->say("+surprise\r\n");

  EXPECT_TRUE(broken_);
}

TEST_F(RedisConversationTest, BreaksWhereAReplyIsLate) {
  send("ONE");

  ASSERT_TRUE(testing::run_until(loop_, [&] { return broken_.has_value(); }));

  EXPECT_EQ(broken_->native, ETIMEDOUT);
}

// A turn of ours was long: its timers run first, and the reply lies in the socket.
TEST_F(RedisConversationTest, ReadsWhatIsThereBeforeItBreaks) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  {
    const io::ReadWatch watch(loop_, ends[0], [&] {
      end_->say("+one\r\n");
      loop_.stop();
    });
    send("ONE");
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
    const std::uint64_t due_ms = uv_now(loop_.uv()) + kTimeoutMs;
    while (uv_now(loop_.uv()) < due_ms) uv_update_time(loop_.uv());
    loop_.run();
  }
  EXPECT_EQ(replies_, Texts{"one"});
  EXPECT_FALSE(broken_);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(RedisConversationTest, HandsOverWhatWaits) {
  send("ONE");
  send("TWO");

  EXPECT_EQ(conversation_->take_waiting().size(), 2U);

  end_->hang_up();
  EXPECT_TRUE(broken_);
  EXPECT_TRUE(replies_.empty());
}

}  // namespace
}  // namespace penstock::queue
