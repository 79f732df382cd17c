// A name server, the way to a Redis and that Redis, as one seed makes them.
//
// All happen by timers of one loop under virtual time. Names are answered late or not at all;
// addresses are dead, refuse, are mute or lead to Redis; wires delay, stop and break. What a
// stopped wire has no room for is not sent yet, and gone when the wire is dropped; what it had room
// for arrives, also when nobody waits for the reply any more.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "io/timer.h"
#include "queue/redis/network.h"

namespace penstock::sim {

// What may go wrong in a schedule.
struct Faults {
  bool has_late_names = false;
  bool has_dead_addresses = false;
  bool has_bad_wires = false;  // That stop, break and are slow.
};

// One list, and enough of the protocol for INFO and LPUSH.
class SimRedis {
 public:
  // Whole commands are run; the replies to them.
  std::string run(std::string& input) {
    std::string replies;
    while (auto words = take_command(input)) {
      if ((*words)[0] == "INFO") replies += "$20\r\nredis_version:7.0.15\r\n";
      if ((*words)[0] != "LPUSH") continue;
      if (!refusal.empty()) {
        replies += refusal;
        continue;
      }
      for (std::size_t i = 2; i < words->size(); ++i) stored.insert((*words)[i].substr(0, 12));
      replies += str_cat(":", stored.size(), "\r\n");
    }
    return replies;
  }
  std::string refusal;           // Its reply to whatever writes; "" where it takes it.
  std::set<std::string> stored;  // By the first bytes, which are the ticket.

 private:
  // "*N" and N times "$LENGTH", bytes.
  static std::optional<std::vector<std::string>> take_command(std::string& input) {
    std::size_t at = 0;
    const auto number = [&](char mark) -> std::optional<std::size_t> {
      const std::size_t end = input.find("\r\n", at);
      if (end == std::string::npos || input[at] != mark) return std::nullopt;
      const auto value = parse_int(std::string_view(input).substr(at + 1, end - at - 1));
      at = end + 2;
      if (!value) return std::nullopt;
      return static_cast<std::size_t>(*value);
    };
    const auto count = number('*');
    if (!count) return std::nullopt;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < *count; ++i) {
      const auto bytes = number('$');
      if (!bytes || input.size() < at + *bytes + 2) return std::nullopt;
      words.push_back(input.substr(at, *bytes));
      at += *bytes + 2;
    }
    input.erase(0, at);
    return words;
  }
};

class SimNetwork final : public queue::Resolver, public queue::Connector {
 public:
  SimNetwork(io::Loop& loop, Random& random, const Faults& faults, std::int64_t timeout_ms)
      : loop_(loop), random_(random), faults_(faults), timeout_ms_(timeout_ms) {
    // One of them is Redis; the others are of no use.
    const std::size_t count = faults.has_dead_addresses ? 1 + random_.below(4) : 1;
    const std::size_t alive = random_.below(count);
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_v6 = faults.has_dead_addresses && random_.below(2) == 0;
      const std::string text =
          is_v6 ? str_cat("[fd00::", i + 1, "]:6379") : str_cat("10.0.0.", i + 1, ":6379");
      addresses_.push_back(*io::parse_socket_address(text));
      constexpr Kind kUseless[] = {Kind::kRefuses, Kind::kMute, Kind::kDead, Kind::kDead};
      kinds_[text] = i == alive ? Kind::kRedis : kUseless[random_.below(4)];
    }
  }

  // Addresses that open and say nothing: each may cost an attempt.
  std::int64_t mutes() const {
    return std::count_if(kinds_.begin(), kinds_.end(),
                         [](const auto& one) { return one.second == Kind::kMute; });
  }

  // From now on only the addresses are wrong.
  void heal() { is_healed_ = true; }

  std::unique_ptr<queue::Underway> resolve(io::Loop& /*loop*/, const std::string& /*host*/,
                                           std::uint16_t /*port*/,
                                           OnResolved on_resolved) override {
    const bool is_late = faults_.has_late_names && !is_healed_ && random_.below(2) == 0;
    const std::int64_t after_ms = between(0, is_late ? 2 * timeout_ms_ : 20);
    return std::make_unique<Later>(loop_, after_ms,
                                   [this, tell = std::move(on_resolved)] { tell(addresses_); });
  }

  std::unique_ptr<queue::Underway> open(io::Loop& /*loop*/, const io::SocketAddress& address,
                                        OnOpened on_opened) override {
    const Kind kind = kinds_.at(address.text());
    if (kind == Kind::kDead) return std::make_unique<queue::Underway>();
    return std::make_unique<Later>(loop_, between(0, 20),
                                   [this, kind, tell = std::move(on_opened)] {
                                     if (kind == Kind::kRefuses) {
                                       return tell(fail(ErrorCode::kDisconnected, "be refused"));
                                     }
                                     tell(std::make_unique<Wire>(*this, kind == Kind::kMute));
                                   });
  }

  SimRedis redis;

 private:
  enum class Kind : std::uint8_t { kRedis, kRefuses, kMute, kDead };

  struct Later final : queue::Underway {
    Later(io::Loop& loop, std::int64_t after_ms, std::function<void()> then)
        : timer(loop, std::move(then)) {
      timer.start_once(after_ms);
    }
    io::Timer timer;
  };

  // What a wire's system does; outlives the wire.
  struct Pipe {
    Pipe(io::Loop& loop, std::function<void(Pipe&)> on_due)
        : timer(loop, [this, on_due = std::move(on_due)] { on_due(*this); }) {}
    std::string unsent;    // The wire's own.
    std::string to_redis;  // Taken by the system.
    std::string input;     // Of Redis: not yet a whole command.
    queue::RedisWireEvents* events = nullptr;
    bool is_mute = false;
    io::Timer timer;
  };

  class Wire final : public queue::RedisWire {
   public:
    Wire(SimNetwork& network, bool is_mute) : network_(network), pipe_(network.add_pipe()) {
      pipe_.is_mute = is_mute;
    }
    ~Wire() override {
      pipe_.events = nullptr;
      pipe_.unsent.clear();
    }
    void start(queue::RedisWireEvents& events) override { pipe_.events = &events; }
    void write(queue::RedisCommand command) override {
      command.for_each_piece([this](std::string_view piece) { pipe_.unsent += piece; });
      network_.feed(pipe_);
    }
    std::uint64_t unsent_bytes() const override { return pipe_.unsent.size(); }
    Result<files::Descriptor> take_socket() override {
      return fail(ErrorCode::kDisconnected, "take a simulated socket");
    }

   private:
    SimNetwork& network_;
    Pipe& pipe_;
  };

  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first +
           static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(last - first) + 1));
  }

  Pipe& add_pipe() {
    pipes_.push_back(std::make_unique<Pipe>(loop_, [this](Pipe& pipe) { carry(pipe); }));
    return *pipes_.back();
  }

  // The system takes what it has room for.
  void feed(Pipe& pipe) {
    constexpr std::size_t kRoomBytes = 4'096;
    const std::size_t room = kRoomBytes - std::min(pipe.to_redis.size(), kRoomBytes);
    const std::size_t count = std::min(room, pipe.unsent.size());
    pipe.to_redis.append(pipe.unsent, 0, count);
    pipe.unsent.erase(0, count);
    if (!pipe.timer.is_armed() && !pipe.to_redis.empty()) pipe.timer.start_once(delay_ms());
  }

  std::int64_t delay_ms() {
    if (!faults_.has_bad_wires || is_healed_) return between(0, 2);
    return random_.below(8) == 0 ? between(0, 2 * timeout_ms_) : between(0, 20);
  }

  void carry(Pipe& pipe) {
    pipe.input += std::exchange(pipe.to_redis, {});
    const std::string replies = pipe.is_mute ? std::string() : redis.run(pipe.input);
    feed(pipe);
    if (pipe.events == nullptr) return;
    if (faults_.has_bad_wires && !is_healed_ && random_.below(30) == 0) {
      return pipe.events->on_closed({ErrorCode::kDisconnected, 0, "read from Redis"});
    }
    if (!replies.empty()) pipe.events->on_bytes(replies);
  }

  io::Loop& loop_;
  Random& random_;
  const Faults faults_;
  const std::int64_t timeout_ms_;
  bool is_healed_ = false;
  std::vector<io::SocketAddress> addresses_;
  std::map<std::string, Kind> kinds_;
  std::deque<std::unique_ptr<Pipe>> pipes_;
};

}  // namespace penstock::sim
