// A specimen: the link as it was before faults A1 and A7 of its review were repaired, over the same
// seams. A simulation that finds nothing wrong with it is void.
//
//   A1  a name that is answered late connects a link that is closed, its retry armed; the retry
//       replaces the connection, and the replies to the new greeting are paid to old commands.
//   A7  one deadline for all addresses, in the same order each time: behind one that drops what it
//       is sent, none is ever tried.
#pragma once

#include <algorithm>
#include <cerrno>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/timer.h"
#include "queue/redis/link.h"
#include "queue/redis/network.h"

namespace penstock::sim {

class LinkBefore final : private queue::RedisWireEvents {
 public:
  using OnReply = queue::RedisLink::OnReply;

  LinkBefore(const queue::RedisOptions& options, io::Loop& loop, Random random,
             queue::RedisLinkEvents& events, queue::Resolver& resolver, queue::Connector& connector)
      : options_(options),
        loop_(loop),
        random_(random),
        events_(events),
        resolver_(resolver),
        connector_(connector),
        deadline_(loop, [this] { on_deadline(); }),
        retry_(loop, [this] { connect(); }) {
    retry_.start_once(0);
  }

  bool is_ready() const { return state_ == State::kReady; }

  void send(queue::RedisCommand command, OnReply on_reply) {
    waiting_.push_back({loop_.now_ms() + options_.timeout_ms, std::move(on_reply)});
    if (!deadline_.is_armed()) deadline_.start_once(options_.timeout_ms);
    wire_->write(std::move(command));
  }

 private:
  enum class State : std::uint8_t { kClosed, kConnecting, kGreeting, kReady };
  struct Waiting {
    std::int64_t due_ms;
    OnReply on_reply;
  };

  void connect() {
    state_ = State::kConnecting;
    const std::uint64_t attempt = ++attempt_;
    deadline_.start_once(options_.timeout_ms);
    lookups_.push_back(resolver_.resolve(loop_, options_.address.host, options_.address.port,
                                         [this, attempt](auto addresses) {
                                           if (attempt_ != attempt) return;
                                           addresses_ = std::move(*addresses);
                                           connect_next();
                                         }));
  }

  void connect_next() {
    const io::SocketAddress address = addresses_.front();
    addresses_.erase(addresses_.begin());
    wire_.reset();
    opening_ = connector_.open(loop_, address, [this, attempt = attempt_](auto wire) {
      if (attempt_ == attempt) on_connected(std::move(wire));
    });
  }

  void on_connected(Result<std::unique_ptr<queue::RedisWire>> wire) {
    if (!wire) return addresses_.empty() ? drop(wire.error()) : connect_next();
    wire_ = std::move(*wire);
    received_.clear();
    wire_->start(*this);
    state_ = State::kGreeting;
    queue::RedisCommand info(1);
    info.add("INFO");
    send(std::move(info), [this](const Result<queue::RedisReply>& reply) {
      if (!reply) return;
      state_ = State::kReady;
      events_.on_ready("");
    });
  }

  // Every reply of the simulated Redis is one line, or two for INFO.
  void on_bytes(std::string_view bytes) override {
    received_ += bytes;
    while (true) {
      std::size_t end = received_.find("\r\n");
      if (end == std::string::npos) return;
      if (received_.front() == '$') end = received_.find("\r\n", end + 2);
      if (end == std::string::npos) return;
      received_.erase(0, end + 2);
      if (waiting_.empty()) return drop({ErrorCode::kDisconnected, 0, "understand Redis"});
      const OnReply on_reply = std::move(waiting_.front().on_reply);
      waiting_.pop_front();
      queue::RedisReply reply;
      reply.kind = queue::RedisReply::Kind::kText;
      const std::uint64_t attempt = attempt_;
      on_reply(reply);
      if (attempt_ != attempt || state_ == State::kClosed) return;
    }
  }

  void on_closed(const Error& error) override { drop(error); }

  void on_deadline() {
    if (state_ == State::kConnecting) return drop({ErrorCode::kDisconnected, ETIMEDOUT, ""});
    if (waiting_.empty()) return;
    const std::int64_t left_ms = waiting_.front().due_ms - loop_.now_ms();
    if (left_ms > 0) return deadline_.start_once(left_ms);
    drop({ErrorCode::kDisconnected, ETIMEDOUT, ""});
  }

  void drop(const Error& error) {
    if (state_ == State::kClosed) return;
    ++failures_;
    state_ = State::kClosed;
    wire_.reset();
    deadline_.cancel();
    const std::int64_t longest_ms =
        std::min<std::int64_t>(std::int64_t{50} << std::min<std::uint32_t>(failures_, 10), 5'000);
    retry_.start_once(longest_ms / 2 + static_cast<std::int64_t>(random_.below(
                                           static_cast<std::uint64_t>(longest_ms / 2 + 1))));
    for (const Waiting& command : std::exchange(waiting_, {})) command.on_reply(fail(error));
    events_.on_lost(error);
  }

  const queue::RedisOptions options_;
  io::Loop& loop_;
  Random random_;
  queue::RedisLinkEvents& events_;
  queue::Resolver& resolver_;
  queue::Connector& connector_;
  State state_ = State::kClosed;
  std::vector<std::unique_ptr<queue::Underway>> lookups_;  // Never called off.
  std::unique_ptr<queue::Underway> opening_;
  std::unique_ptr<queue::RedisWire> wire_;
  std::vector<io::SocketAddress> addresses_;
  std::deque<Waiting> waiting_;
  std::string received_;
  io::Timer deadline_;
  io::Timer retry_;
  std::uint64_t attempt_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace penstock::sim
