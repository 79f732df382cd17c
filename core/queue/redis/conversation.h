// Commands and replies over one wire, in order.
//
// What waits for a reply belongs to the wire that took its command, and goes with it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/redis/command.h"
#include "queue/redis/network.h"
#include "queue/redis/reply.h"

struct redisReader;

namespace penstock::queue {

class RedisConversation final : private RedisWireEvents {
 public:
  using OnReply = std::function<void(const Result<RedisReply>& reply)>;
  using Waiting = std::deque<OnReply>;
  using OnError = std::function<void(std::string_view text)>;
  using OnBroken = std::function<void(const Error& error)>;

  // Borrows `loop`. `on_error` sees each error reply before its command does. `on_broken` is called
  // when the wire has closed, says what is no reply to what was sent, or lets a command wait for
  // `timeout_ms`; whoever is told is to drop us, and may do so at once, as also from within an
  // OnReply.
  RedisConversation(io::Loop& loop, std::unique_ptr<RedisWire> wire, std::int64_t timeout_ms,
                    OnError on_error, OnBroken on_broken);
  RedisConversation(const RedisConversation&) = delete;
  RedisConversation& operator=(const RedisConversation&) = delete;
  // Commands without a reply are not completed; see take_waiting().
  ~RedisConversation();

  // Takes the command.
  void send(RedisCommand command, OnReply on_reply);

  // Those without a reply, oldest first, which are not completed here any more.
  Waiting take_waiting();

 private:
  struct Sent {
    std::int64_t due_ms;
    std::uint64_t end;  // Its last byte's place among all that were written.
    OnReply on_reply;
  };
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept;
  };
  void on_bytes(std::string_view bytes) override;
  void on_closed(const Error& error) override;
  void on_deadline();
  void break_off(const Error& error);

  io::Loop& loop_;
  const std::int64_t timeout_ms_;
  const OnError on_error_;
  OnBroken on_broken_;
  std::shared_ptr<bool> is_gone_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::deque<Sent> waiting_;
  std::uint64_t written_bytes_ = 0;
  bool is_looking_again_ = false;
  io::Timer deadline_;  // Of the oldest command.
  std::unique_ptr<RedisWire> wire_;
};

}  // namespace penstock::queue
