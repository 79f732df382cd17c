#include "server/http_server.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "io/listener.h"
#include "io/timer.h"
#include "server/connection.h"

namespace penstock::server {
namespace {

// Peers over connections_max that are told so at one time; more are closed without a word.
constexpr std::uint32_t kTurnedAwayMax = 64;
// How long a peer that was refused may take to read that and close.
constexpr std::int64_t kPeerEndMs = 2'000;
// How long a draining server keeps an idle connection whose next request may be on its way.
constexpr std::int64_t kDrainIdleMs = 250;
// The same for one that has asked for nothing yet: who has just connected is about to send.
constexpr std::int64_t kDrainFirstMs = 2'000;
// How long the log says nothing more of connections that cannot be accepted.
constexpr std::int64_t kExhaustedToldUs = 10'000'000;
constexpr std::int64_t kSweepMsMin = 10;
constexpr std::int64_t kSweepMsMax = 1'000;

Peer peer_of(const io::SocketAddress& address, const io::ListenerOptions& options) {
  Peer peer;
  peer.address.bytes = address.ip();
  peer.is_unix = address.is_unix();
  peer.is_tls = options.tls != nullptr;
  return peer;
}

}  // namespace

struct HttpServer::State final : public ConnectionHost, public io::Acceptor {
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::uint32_t generation = 0;
    bool is_unanswered = false;
  };

  using Listeners = std::vector<std::unique_ptr<io::Listener>>;

  State(io::Loop& borrowed_loop, const Clock& borrowed_clock, Handler& borrowed_handler,
        ServerCounters& borrowed_counters)
      : ConnectionHost(borrowed_loop, borrowed_clock, borrowed_handler, borrowed_counters),
        brief_timer(borrowed_loop, [this] { close_listeners(brief_listeners); }),
        sweep_timer(borrowed_loop, [this] { sweep(); }),
        drained_timer(borrowed_loop, [this] { tell_drained(); }) {}

  Responder begin_request(std::uint32_t slot) override;
  void end_request(std::uint32_t slot) override;
  void set_on_gone(std::uint32_t slot, std::function<void()> on_gone) override;
  void remove(std::uint32_t slot) override;
  Connection* find(std::uint32_t slot, std::uint32_t generation) override;
  void on_accepted(int fd, const io::SocketAddress& address,
                   const io::ListenerOptions& options) override;
  void on_exhausted(int error) override;

  std::uint32_t take_slot();
  void sweep();
  void sweep(Wait wait, std::int64_t limit_ms, std::int64_t now_us);
  std::int64_t sweep_period_ms() const;
  void tell_drained();
  static void close_listeners(Listeners& listeners);

  Listeners listeners;
  Listeners brief_listeners;  // Until brief_timer.
  io::Timer brief_timer;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> free_slots;
  std::unordered_map<std::uint32_t, std::function<void()>> watchers;  // By slot; mostly empty.
  std::uint32_t open = 0;
  std::int64_t exhausted_told_until_us = 0;
  io::Timer sweep_timer;    // Armed while a connection is open.
  io::Timer drained_timer;  // Leads out of the connection that was the last.
  std::function<void()> on_drained;
};

Responder HttpServer::State::begin_request(std::uint32_t slot) {
  slots[slot].is_unanswered = true;
  return {this, slot, ++slots[slot].generation};
}

void HttpServer::State::end_request(std::uint32_t slot) {
  slots[slot].is_unanswered = false;
  if (!watchers.empty()) watchers.erase(slot);
}

void HttpServer::State::set_on_gone(std::uint32_t slot, std::function<void()> on_gone) {
  watchers.insert_or_assign(slot, std::move(on_gone));
}

Connection* HttpServer::State::find(std::uint32_t slot, std::uint32_t generation) {
  if (slot >= slots.size()) return nullptr;
  const Slot& found = slots[slot];
  return found.is_unanswered && found.generation == generation ? found.connection.get() : nullptr;
}

std::uint32_t HttpServer::State::take_slot() {
  if (free_slots.empty()) {
    slots.emplace_back();
    return static_cast<std::uint32_t>(slots.size() - 1);
  }
  const std::uint32_t slot = free_slots.back();
  free_slots.pop_back();
  return slot;
}

void HttpServer::State::remove(std::uint32_t slot) {
  slots[slot].is_unanswered = false;
  slots[slot].connection.reset();
  free_slots.push_back(slot);
  counters.connections.set(--open);
  if (open == 0) {
    sweep_timer.cancel();
    if (is_draining) drained_timer.start_once(0);
  }
  if (auto watcher = watchers.extract(slot)) {
    counters.clients_gone.add();
    watcher.mapped()();
  }
}

void HttpServer::State::on_accepted(int fd, const io::SocketAddress& address,
                                    const io::ListenerOptions& options) {
  const bool is_full = open >= limits.connections_max;
  if (is_full) {
    counters.connections_refused.add();
    if (open >= limits.connections_max + kTurnedAwayMax) {
      ::close(fd);
      return;
    }
  }
  const std::uint32_t slot = take_slot();
  slots[slot].connection = std::make_unique<Connection>(*this, slot, peer_of(address, options));
  counters.connections.set(++open);
  if (!sweep_timer.is_armed()) sweep_timer.start_every(sweep_period_ms());

  Connection& connection = *slots[slot].connection;
  if (!connection.open(fd, options)) return remove(slot);
  if (is_full) connection.turn_away();
}

// Comes ten times a second for as long as it lasts.
void HttpServer::State::on_exhausted(int error) {
  counters.connections_refused.add();
  const std::int64_t now_us = clock.mono_us();
  if (now_us < exhausted_told_until_us) return;
  exhausted_told_until_us = now_us + kExhaustedToldUs;
  log_warn("server.accept_paused", "cannot accept connections for a moment",
           {{"errno", error}, {"connections", open}});
}

// A quarter of the shortest limit: deadlines are coarse, late by at most that.
std::int64_t HttpServer::State::sweep_period_ms() const {
  const std::int64_t shortest =
      is_draining ? kDrainIdleMs
                  : std::min({limits.header_timeout_ms, limits.body_timeout_ms,
                              limits.idle_timeout_ms, limits.write_timeout_ms, kPeerEndMs * 2});
  return std::clamp(shortest / 4, kSweepMsMin, kSweepMsMax);
}

void HttpServer::State::sweep() {
  const std::int64_t now_us = clock.mono_us();
  sweep(Wait::kSent, limits.write_timeout_ms, now_us);
  sweep(Wait::kPeerEnd, kPeerEndMs, now_us);
  // While we do not read it is not the clients who are late.
  if (is_paused) return;
  const std::int64_t reading_now_us = reading_us(now_us);
  const std::int64_t idle_ms =
      is_draining ? std::min(kDrainIdleMs, limits.idle_timeout_ms) : limits.idle_timeout_ms;
  const std::int64_t first_ms =
      is_draining ? std::min(kDrainFirstMs, limits.idle_timeout_ms) : limits.idle_timeout_ms;
  const std::int64_t handshake_ms =
      is_draining ? std::min(kDrainFirstMs, limits.header_timeout_ms) : limits.header_timeout_ms;
  sweep(Wait::kHandshake, handshake_ms, reading_now_us);
  sweep(Wait::kRequest, idle_ms, reading_now_us);
  sweep(Wait::kFirstRequest, first_ms, reading_now_us);
  sweep(Wait::kHeaders, limits.header_timeout_ms, reading_now_us);
  sweep(Wait::kBody, limits.body_timeout_ms, reading_now_us);
  sweep(Wait::kLongBody, limits.body_timeout_ms, reading_now_us);
}

void HttpServer::State::sweep(Wait wait, std::int64_t limit_ms, std::int64_t now_us) {
  while (DeadlineLink* link = deadlines.oldest(wait)) {
    if (now_us - link->since_us < std::max<std::int64_t>(limit_ms, 1) * 1000) return;
    static_cast<Connection*>(link)->on_deadline();
  }
}

void HttpServer::State::close_listeners(Listeners& listeners) {
  for (const auto& listener : listeners) listener->take_what_waits();
  listeners.clear();
}

void HttpServer::State::tell_drained() {
  if (on_drained) std::exchange(on_drained, nullptr)();
}

HttpServer::HttpServer(io::Loop& loop, const Clock& clock, Handler& handler,
                       ServerCounters& counters)
    : state_(std::make_unique<State>(loop, clock, handler, counters)) {}

HttpServer::~HttpServer() {
  state_->brief_listeners.clear();
  state_->listeners.clear();
  state_->slots.clear();
  state_->counters.connections.set(0);
}

void HttpServer::set_limits(const ServerLimits& limits) {
  state_->limits = limits;
  if (state_->sweep_timer.is_armed()) state_->sweep_timer.start_every(state_->sweep_period_ms());
}

Result<void> HttpServer::listen(const std::string& address, io::ListenerOptions options) {
  const auto parsed = io::parse_socket_address(address);
  if (!parsed) return fail(parsed.error());
  auto socket = io::ListenSocket::open(*parsed);
  if (!socket) return fail(socket.error());
  listen(std::move(*socket), std::move(options));
  return {};
}

void HttpServer::listen(io::ListenSocket socket, io::ListenerOptions options) {
  State& state = *state_;
  state.listeners.push_back(
      std::make_unique<io::Listener>(std::move(socket), std::move(options), state.loop, state));
}

void HttpServer::listen_briefly(io::ListenSocket socket, io::ListenerOptions options,
                                std::int64_t for_ms) {
  State& state = *state_;
  state.brief_listeners.push_back(
      std::make_unique<io::Listener>(std::move(socket), std::move(options), state.loop, state));
  state.brief_timer.start_once(for_ms);
}

void HttpServer::set_listener_options(const io::ListenerOptions& options) {
  for (const auto* listeners : {&state_->listeners, &state_->brief_listeners}) {
    for (const auto& listener : *listeners) {
      io::ListenerOptions own = options;
      const bool is_tls = listener->options().tls != nullptr;
      if (!is_tls || options.tls == nullptr) own.tls = listener->options().tls;
      listener->set_options(std::move(own));
    }
  }
}

void HttpServer::set_keeper(io::Keeper keeper) {
  for (const auto& listener : state_->listeners) listener->set_keeper(keeper);
}

std::uint16_t HttpServer::port() const {
  for (const auto& listener : state_->listeners) {
    if (!listener->address().is_unix()) return listener->address().port();
  }
  return 0;
}

std::vector<std::string> HttpServer::addresses(bool with_tls) const {
  std::vector<std::string> addresses;
  for (const auto& listener : state_->listeners) {
    if ((listener->options().tls != nullptr) != with_tls) continue;
    std::string address = listener->address().text();
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
      addresses.push_back(std::move(address));
    }
  }
  return addresses;
}

void HttpServer::stop_listening() {
  State::close_listeners(state_->listeners);
  State::close_listeners(state_->brief_listeners);
}

void HttpServer::drain(std::function<void()> on_drained) {
  State& state = *state_;
  PENSTOCK_CHECK(!state.is_draining);
  state.is_draining = true;
  stop_listening();
  if (state.open == 0) return on_drained();

  state.on_drained = std::move(on_drained);
  for (const State::Slot& slot : state.slots) {
    if (slot.connection != nullptr) slot.connection->on_draining();
  }
  state.sweep_timer.start_every(state.sweep_period_ms());
}

void HttpServer::pause_reading() {
  State& state = *state_;
  if (state.is_paused) return;
  state.paused_at_us = state.clock.mono_us();
  state.is_paused = true;
}

void HttpServer::resume_reading() {
  State& state = *state_;
  if (!state.is_paused) return;
  state.paused_us += state.clock.mono_us() - state.paused_at_us;
  state.is_paused = false;
  // One of them may fill the server again, which pauses it; the rest then just sleep on.
  const std::vector<std::uint32_t> sleepers = std::exchange(state.sleepers, {});
  for (const std::uint32_t slot : sleepers) {
    if (Connection* connection = state.slots[slot].connection.get()) connection->on_resumed();
  }
}

std::size_t HttpServer::shrink() {
  return state_->request_buffers.shrink() + state_->texts.shrink();
}

}  // namespace penstock::server
