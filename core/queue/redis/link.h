// A connection to Redis that keeps itself up, on a loop.
//
//   closed --back-off--> dialling --> greeting (AUTH, SELECT, INFO) --> ready
//     ^                      |              |                             |
//     +----------------------+--------------+----- error, deadline, drop() -+
//
// All but `closed` is an Attempt, which owns the way to the server, the wire, its deadline and the
// commands that wait for it. drop() destroys it, so that what comes late finds no attempt, and a
// reply cannot be paid to a command that another wire took.
//
// Every command is completed exactly once: with its reply, or with an error when the connection
// went first, and then it is in doubt whether Redis has run it. Replies come in order, so a command
// whose reply is late cannot be skipped: its deadline drops the connection. A server that hangs
// accepts connections all the same, therefore ready means that it has answered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/redis/command.h"
#include "queue/redis/dialer.h"
#include "queue/redis/down_report.h"
#include "queue/redis/network.h"
#include "queue/redis/options.h"
#include "queue/redis/reply.h"
#include "queue/redis/topology.h"

namespace penstock::queue {

class RedisLinkEvents {
 public:
  // `info` is the server's INFO, "" where it may not be asked.
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

  // Borrows all but `options` and `random`. Connects from the next turn on.
  RedisLink(const RedisOptions& options, io::Loop& loop, Random random, RedisLinkEvents& events,
            Resolver& resolver = system_resolver(), Connector& connector = system_connector());
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;
  // Commands without a reply are not completed.
  ~RedisLink();

  bool is_ready() const;

  // Takes the command. Requires is_ready().
  void send(RedisCommand command, OnReply on_reply);

  // Closes the connection for this reason; it is opened again after a while.
  void drop(const Error& error);

  // For tasks that may run when the link has gone: points to null then.
  std::shared_ptr<RedisLink* const> self() const { return self_; }

 private:
  class Attempt;

  void connect();
  void on_ready(std::string_view info);
  void retry_later();

  const RedisOptions options_;
  io::Loop& loop_;
  Random random_;
  RedisLinkEvents& events_;
  const std::unique_ptr<RedisTopology> topology_;
  RedisDialer dialer_;
  std::shared_ptr<RedisLink*> self_;  // Emptied when we go; what comes back later finds nothing.
  std::unique_ptr<Attempt> attempt_;  // Null: closed, and `retry_` is armed.
  io::Timer retry_;
  std::string address_text_;  // Of the last attempt, for the log.
  DownReport report_;
  std::uint32_t failures_ = 0;
};

}  // namespace penstock::queue
