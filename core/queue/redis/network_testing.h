// A network that does what a test tells it to: names that are answered late or never, addresses
// that are dead, wires whose peer says what the test says.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "queue/redis/network.h"

namespace penstock::queue {

// What was begun, with its callback, for as long as somebody waits for it.
template <class Callback>
class Asked {
 public:
  struct One {
    std::string what;
    Callback tell;
    bool is_waited_for = true;
  };

  std::unique_ptr<Underway> add(std::string what, Callback tell) {
    all_.push_back(std::make_shared<One>(One{std::move(what), std::move(tell)}));
    return std::make_unique<Waiter>(all_.back());
  }
  std::size_t count() const { return all_.size(); }
  const std::string& what(std::size_t i) const { return all_.at(i)->what; }
  bool is_waited_for(std::size_t i) const { return all_.at(i)->is_waited_for; }
  // Does nothing where nobody waits any more, as the real ones.
  template <class Outcome>
  void tell(std::size_t i, Outcome outcome) {
    const std::shared_ptr<One> one = all_.at(i);
    if (!one->is_waited_for) return;
    const Callback tell = std::exchange(one->tell, nullptr);
    if (tell) tell(std::move(outcome));
  }

 private:
  struct Waiter final : Underway {
    explicit Waiter(std::shared_ptr<One> a_one) : one(std::move(a_one)) {}
    ~Waiter() override { one->is_waited_for = false; }
    const std::shared_ptr<One> one;
  };
  std::vector<std::shared_ptr<One>> all_;
};

class ScriptedResolver final : public Resolver {
 public:
  std::unique_ptr<Underway> resolve(io::Loop& /*loop*/, const std::string& host,
                                    std::uint16_t /*port*/, OnResolved on_resolved) override {
    return asked.add(host, std::move(on_resolved));
  }
  // "127.0.0.1:6379", "[::1]:6379".
  void answer(std::size_t i, const std::vector<std::string_view>& texts) {
    std::vector<io::SocketAddress> addresses;
    for (const std::string_view text : texts) {
      addresses.push_back(*io::parse_socket_address(text));
    }
    asked.tell(i, Result<std::vector<io::SocketAddress>>(std::move(addresses)));
  }
  void refuse(std::size_t i) {
    asked.tell(i, Result<std::vector<io::SocketAddress>>(
                      fail(ErrorCode::kDisconnected, "look up the Redis host")));
  }

  Asked<OnResolved> asked;
};

// The other end of a wire.
struct ScriptedEnd {
  std::string written;
  RedisWireEvents* events = nullptr;  // Null before the wire is read and after it was dropped.
  std::uint64_t unsent_bytes = 0;
  bool is_dropped = false;

  bool has(std::string_view text) const { return written.find(text) != std::string::npos; }
  void say(std::string_view text) {
    if (events != nullptr) events->on_bytes(text);
  }
  void hang_up() {
    if (events != nullptr) events->on_closed({ErrorCode::kDisconnected, 0, "read from Redis"});
  }
};

class ScriptedWire final : public RedisWire {
 public:
  explicit ScriptedWire(std::shared_ptr<ScriptedEnd> end) : end_(std::move(end)) {}
  ~ScriptedWire() override {
    end_->events = nullptr;
    end_->is_dropped = true;
  }
  void start(RedisWireEvents& events) override { end_->events = &events; }
  void write(RedisCommand command) override {
    command.for_each_piece([this](std::string_view piece) { end_->written += piece; });
  }
  std::uint64_t unsent_bytes() const override { return end_->unsent_bytes; }
  Result<files::Descriptor> take_socket() override {
    return fail(ErrorCode::kDisconnected, "take a scripted socket");
  }

 private:
  const std::shared_ptr<ScriptedEnd> end_;
};

class ScriptedConnector final : public Connector {
 public:
  std::unique_ptr<Underway> open(io::Loop& /*loop*/, const io::SocketAddress& address,
                                 OnOpened on_opened) override {
    return asked.add(address.text(), std::move(on_opened));
  }
  std::shared_ptr<ScriptedEnd> accept(std::size_t i) {
    auto end = std::make_shared<ScriptedEnd>();
    asked.tell(i, Result<std::unique_ptr<RedisWire>>(std::make_unique<ScriptedWire>(end)));
    return end;
  }
  void refuse(std::size_t i) {
    asked.tell(i, Result<std::unique_ptr<RedisWire>>(
                      fail(ErrorCode::kDisconnected, ECONNREFUSED, "connect to Redis")));
  }
  std::vector<std::string> tried() const {
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < asked.count(); ++i) addresses.push_back(asked.what(i));
    return addresses;
  }

  Asked<OnOpened> asked;
};

}  // namespace penstock::queue
