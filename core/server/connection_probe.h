// For the connection's fuzz target: one connection over a socket pair, played by a client that
// sends what it is told in the pieces it is told, on a clock that stands still.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "http/parser_run.h"
#include "io/loop.h"
#include "server/connection.h"

namespace penstock::server {

struct Way {
  std::string_view sizes;  // Of the pieces, over and over; "" for all at once.
  bool is_proxied = false;
  bool answers_late = false;  // Only when the next piece has been sent.
  bool pauses = false;        // The server does not read while every second piece is sent.
  bool deadlines = false;     // Every third piece comes after whatever is waited for is over.
  bool drains = false;        // From the third piece on.
  bool is_short = false;      // A request of some size is more than may arrive at once.
  bool watches = false;       // The handler wants to know when the client goes.
  bool leaves = false;        // The client ends by closing, with answers unread.
};

struct PlayedRequest {
  std::string text;
  bool is_head;
  bool operator==(const PlayedRequest&) const = default;
};

struct Played {
  std::vector<PlayedRequest> requests;
  std::string answers;    // All bytes that the client has read.
  bool is_reset = false;  // The connection was reset under the client.
};

class ConnectionProbe final : public ConnectionHost, private Handler {
 public:
  ConnectionProbe(io::Loop& borrowed_loop, ManualClock& borrowed_clock, const Way& way)
      : ConnectionHost(borrowed_loop, borrowed_clock, *this, counters_),
        clock_(borrowed_clock),
        way_(way) {
    limits.parser.header_bytes_max = 512;
    limits.parser.target_bytes_max = 128;
    limits.parser.headers_max = 12;
    limits.parser.body_bytes_max = 256;
    if (way.is_short) limits.arriving_bytes_max = 300;
    limits.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
    int ends[2];
    PENSTOCK_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    client_fd_ = ends[0];
    server_fd_ = ends[1];
    Peer peer;
    peer.address = *http::Address::parse("127.0.0.1");
    peer.is_unix = true;
    connection_ = std::make_unique<Connection>(*this, 0, peer);
    io::ListenerOptions options;
    options.proxy_protocol = way.is_proxied;
    PENSTOCK_CHECK(connection_->open(server_fd_, options));
  }
  ~ConnectionProbe() {
    if (client_fd_ >= 0) ::close(client_fd_);
    connection_.reset();
    turn();  // Frees the handle.
  }

  void play_piece(std::size_t index, std::string_view piece) {
    if (way_.deadlines && index % 3 == 2) pass_deadline();
    is_draining = way_.drains && index >= 2;
    if (way_.pauses && index % 2 == 1) pause();
    const bool is_owed = connection_ != nullptr && connection_->is_unanswered();
    const std::size_t unread = is_owed ? unread_bytes() : 0;
    const std::size_t sent = send(piece);
    turn();
    // While an answer is owed nothing is read: TCP holds the client back, not our memory.
    if (is_owed && !way_.watches) PENSTOCK_CHECK(unread_bytes() == unread + sent);
    if (is_paused) resume();
    answer_owed();
    if (way_.answers_late) {
      turn();
    } else {
      settle();
    }
    receive();
  }

  // The client has no more to say: the connection ends, whatever its state.
  void end() {
    has_said_all_ = true;
    if (way_.leaves) {
      ::close(std::exchange(client_fd_, -1));
    } else {
      ::shutdown(client_fd_, SHUT_WR);
    }
    settle();
    PENSTOCK_CHECK(connection_ == nullptr);
    if (client_fd_ >= 0) receive();
    PENSTOCK_CHECK(client_fd_ < 0 || has_ended_);
  }

  Played take() { return std::move(played_); }

 private:
  Connection* find(std::uint32_t /*slot*/, std::uint32_t /*generation*/) override {
    return nullptr;
  }
  Responder begin_request(std::uint32_t /*slot*/) override { return {}; }
  void end_request(std::uint32_t /*slot*/) override {}
  void set_on_gone(std::uint32_t /*slot*/, std::function<void()> /*on_gone*/) override {}
  void remove(std::uint32_t /*slot*/) override { connection_.reset(); }

  void on_request(const http::Request& request, const Peer& peer, Responder /*none*/) override {
    PENSTOCK_CHECK(connection_->is_unanswered());
    PENSTOCK_CHECK(request.body.size() <= limits.parser.body_bytes_max);
    http::read_padding(request);
    played_.requests.push_back({peer.address.text() + "\n" + http::describe(request),
                                request.method == http::Method::kHead});
    closes_ = request.path == "/close";
    padding_ = request.path == "/big" ? 20'000 : 0;
    is_raw_ = request.method == http::Method::kPost;
    if (way_.watches) connection_->watch();
    if (!way_.answers_late) answer();
  }

  // With the request's number, so that an answer to another one shows. Some are so large that the
  // kernel does not take a few of them.
  void answer() {
    std::string body = std::to_string(played_.requests.size() - 1);
    body.insert(0, padding_, '0');
    if (is_raw_) {
      connection_->respond_raw("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
                               202, !closes_);
      return;
    }
    http::Response response;
    response.body = body;
    response.close = closes_;
    connection_->respond(response);
  }
  void answer_owed() {
    while (connection_ != nullptr && connection_->is_unanswered()) answer();
  }

  void turn() { uv_run(loop.uv(), UV_RUN_NOWAIT); }

  // Until the connection is gone or all that was sent is read and answered.
  void settle() {
    constexpr int kTurnsMax = 1'000;
    for (int i = 0; i < kTurnsMax; ++i) {
      turn();
      answer_owed();
      receive();
      if (connection_ == nullptr || (client_fd_ >= 0 && !has_said_all_ && unread_bytes() == 0)) {
        return;
      }
    }
  }

  void pause() {
    paused_at_us = clock_.mono_us();
    is_paused = true;
  }
  void resume() {
    paused_us += clock_.mono_us() - paused_at_us;
    is_paused = false;
    for ([[maybe_unused]] const std::uint32_t slot : std::exchange(sleepers, {})) {
      if (connection_ != nullptr) connection_->on_resumed();
    }
  }

  void pass_deadline() {
    clock_.advance_ms(3'600'000);
    if (connection_ != nullptr && connection_->wait != Wait::kNothing) connection_->on_deadline();
  }

  std::size_t unread_bytes() const {
    int bytes = 0;
    PENSTOCK_CHECK(::ioctl(server_fd_, FIONREAD, &bytes) == 0);
    return static_cast<std::size_t>(bytes);
  }

  std::size_t send(std::string_view piece) {
    const ssize_t sent = ::send(client_fd_, piece.data(), piece.size(), MSG_NOSIGNAL);
    PENSTOCK_CHECK(sent == static_cast<ssize_t>(piece.size()) || connection_ == nullptr);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  void receive() {
    if (client_fd_ < 0) return;
    char buffer[16'384];
    for (;;) {
      const ssize_t count = ::recv(client_fd_, buffer, sizeof buffer, 0);
      if (count < 0 && errno == EAGAIN) return;
      played_.is_reset |= count < 0;
      has_ended_ |= count <= 0;
      if (count <= 0) return;
      PENSTOCK_CHECK(!has_ended_);
      played_.answers.append(buffer, static_cast<std::size_t>(count));
    }
  }

  ServerCounters counters_;
  ManualClock& clock_;
  const Way& way_;
  Played played_;
  std::unique_ptr<Connection> connection_;
  int client_fd_ = -1;
  int server_fd_ = -1;  // The connection's.
  bool has_said_all_ = false;
  bool has_ended_ = false;
  bool closes_ = false;  // Of the unanswered request, as the next.
  bool is_raw_ = false;
  std::size_t padding_ = 0;
};

inline Played play(std::string_view wire, const Way& way) {
  constexpr std::size_t kPiecesMax = 48;
  static io::Loop loop;
  ManualClock clock(1'795'602'237'000);
  ConnectionProbe probe(loop, clock, way);
  for (std::size_t index = 0; !wire.empty(); ++index) {
    std::size_t bytes = wire.size();
    if (!way.sizes.empty() && index < kPiecesMax) {
      const auto wanted = static_cast<unsigned char>(way.sizes[index % way.sizes.size()]);
      bytes = std::min<std::size_t>(bytes, std::max<std::size_t>(wanted, 1));
    }
    probe.play_piece(index, wire.substr(0, bytes));
    wire.remove_prefix(bytes);
  }
  probe.end();
  return probe.take();
}

}  // namespace penstock::server
