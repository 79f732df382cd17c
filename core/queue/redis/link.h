// A connection to Redis that keeps itself up, on a loop.
//
//   closed --back-off--> connecting --> greeting (AUTH, SELECT, INFO) --> ready
//     ^                      |              |                               |
//     +----------------------+--------------+----- error, deadline, drop() -+
//
// Every command is completed exactly once: with its reply, or with an error when the connection
// went first, and then it is in doubt whether Redis has run it. Replies come in order, so a command
// whose reply is late cannot be skipped: its deadline drops the connection. A server that hangs
// accepts connections all the same, therefore ready means that it has answered.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include "base/error.h"
#include "base/random.h"
#include "io/loop.h"
#include "io/owned.h"
#include "io/timer.h"
#include "queue/contract/options.h"
#include "queue/redis/command.h"
#include "queue/redis/reply.h"

struct redisReader;

namespace penstock::queue {

class RedisLinkEvents {
 public:
  // `info` is the server's INFO memory, "" where it may not be asked.
  virtual void on_ready(std::string_view info) = 0;
  // After the connection's commands were completed, or when a try to connect failed.
  virtual void on_lost(const Error& error) = 0;

 protected:
  ~RedisLinkEvents() = default;
};

class RedisLink {
 public:
  // Called from the loop, never from within send(). The reply's text is lent for the call.
  using OnReply = std::function<void(const Result<RedisReply>& reply)>;

  // Borrows `loop` and `events`. Connects from the next turn on.
  RedisLink(const RedisOptions& options, io::Loop& loop, Random random, RedisLinkEvents& events);
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;
  // Commands without a reply are not completed.
  ~RedisLink();

  bool is_ready() const { return state_ == State::kReady; }

  // Takes the command. Requires is_ready().
  void send(RedisCommand command, OnReply on_reply);

  // Closes the connection for this reason; it is opened again after a while.
  void drop(const Error& error);

  // For tasks that may run when the link has gone: points to null then.
  std::shared_ptr<RedisLink* const> self() const { return self_; }

 private:
  enum class State : std::uint8_t { kClosed, kConnecting, kGreeting, kReady };
  union Handle {
    uv_handle_t base;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  };
  struct Waiting {
    std::int64_t due_ms;
    OnReply on_reply;
  };
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept;
  };
  struct Resolve;

  void connect();
  void connect_next();
  void connect_unix();
  void on_resolved(int status, const addrinfo* addresses);
  void on_connected(int status);
  void greet();
  void on_greeted(const RedisReply& info);
  void write(RedisCommand command, OnReply on_reply);
  void on_read(ssize_t count, std::string_view bytes);
  void on_deadline();
  void retry_later();

  const RedisOptions options_;
  io::Loop& loop_;
  Random random_;
  RedisLinkEvents& events_;
  State state_ = State::kClosed;
  std::shared_ptr<RedisLink*> self_;  // Emptied when we go; what comes back later finds nothing.
  io::Owned<Handle> handle_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::vector<sockaddr_storage> addresses_;  // Still to be tried in this attempt.
  std::deque<Waiting> waiting_;
  std::vector<char> read_buffer_;
  io::Timer deadline_;  // Of the attempt to connect, or of the oldest command.
  io::Timer retry_;
  std::uint64_t attempt_ = 0;  // What belongs to an older one comes too late.
  std::uint32_t failures_ = 0;
  std::int64_t ready_at_ms_ = 0;
  bool is_looking_again_ = false;
  bool is_down_reported_ = false;
};

}  // namespace penstock::queue
