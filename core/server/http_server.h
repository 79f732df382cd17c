// An HTTP/1.x server on one loop: connections, limits, deadlines, keep-alive, drain. What requests
// mean is the handler's business; the intake, the console and the admin port are three handlers.
//
// One request at a time per connection: while a handler owes an answer the connection stops
// reading, so a fast client is slowed by TCP and not by our memory. Pipelined requests are
// answered in order. An idle connection holds no buffer and no timer.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "http/client_address.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "io/listen_socket.h"
#include "io/loop.h"

namespace penstock::server {

class HttpServer;

// The right to answer one request, once. Cheap to copy; safe to keep after the connection or its
// request has gone: then respond() does nothing and says so. Use on the server's loop only.
class Responder {
 public:
  Responder() = default;
  Responder(HttpServer* server, std::uint32_t slot, std::uint32_t generation)
      : server_(server), slot_(slot), generation_(generation) {}

  // False where the client has gone.
  bool respond(const http::Response& response) const;
  // As respond(), for an answer whose bytes are the same every time: `bytes` are its header lines
  // (Content-Type, Content-Length, …), the empty line and the body. Status line, Date and
  // Connection are added. No copy but the one into the write. False in `keep_alive` closes
  // afterwards.
  bool respond_raw(std::string_view bytes, std::uint16_t status, bool keep_alive) const;

 private:
  HttpServer* server_ = nullptr;
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

struct Peer {
  http::Address address;  // Of the socket, or from the PROXY header; 127.0.0.1 for a unix socket.
  bool is_unix = false;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // The request's views are lent for the call. Answer now or later, from this loop.
  virtual void on_request(const http::Request& request, const Peer& peer, Responder responder) = 0;
  // The server itself refuses what came: not HTTP, too large, too slow, too much at once. Adds what
  // this handler's own refusals carry, such as who may read them. `head` is lent for the call.
  virtual void on_refusal(const http::PartialHead& /*head*/, http::Response& /*refusal*/) {}
};

struct ServerLimits {
  http::ParserLimits parser;
  std::int64_t header_timeout_ms = 10'000;
  std::int64_t body_timeout_ms = 30'000;
  std::int64_t idle_timeout_ms = 60'000;
  // Without a byte taken by a client that is owed an answer.
  std::int64_t write_timeout_ms = 30'000;
  std::uint32_t connections_max = 65'536;
  // Of all requests that are not whole yet, with what was read behind whole ones. Past it those
  // that have taken longest are refused. A whole request is the handler's to hold or not.
  std::size_t arriving_bytes_max = 67'108'864;
  bool proxy_protocol = false;
  http::NetworkList trusted_proxies;  // PROXY headers are taken from these peers only.
};

// Written by the server's loop, read by any thread.
struct ServerCounters {
  Counter connections;          // Open now.
  Counter connections_refused;  // Over connections_max, or no descriptor left.
  Counter timeouts;
  // Requests answered, by status.
  void count(std::uint16_t status) { by_status[status < 600 ? status : 599].add(); }
  std::array<Counter, 600> by_status;
  Histogram request_seconds;
};

class HttpServer {
 public:
  // Borrows all for its lifetime.
  HttpServer(io::Loop& loop, const Clock& clock, Handler& handler, ServerCounters& counters);
  // Closes every connection at once.
  ~HttpServer();

  // Takes effect for requests that begin after it; deadlines count from where they began.
  void set_limits(const ServerLimits& limits);

  // "host:port", "[v6]:port" with a numeric address, or "unix:/path". Port 0 picks one. Nobody else
  // can listen there, another reactor neither. kConfiguration for text that is no address;
  // kExhausted with errno where the address is taken or not ours.
  Result<void> listen(const std::string& address);
  // Serves a socket that is listening already.
  void listen(io::ListenSocket socket);
  // For a socket that is no longer wanted but may have been found by clients: serves it for this
  // long, then takes what waits and closes it.
  void listen_briefly(io::ListenSocket socket, std::int64_t for_ms);
  // Who holds the sockets besides this process, where that changes.
  void set_keeper(io::Keeper keeper);

  // Of the first TCP listener; 0 without one. Tells which port was picked.
  std::uint16_t port() const;
  // What listen() was given, with the ports that were picked; each once.
  std::vector<std::string> addresses() const;

  // Closes the listening sockets; a connection that waits in one's queue is taken first, unless
  // somebody serves the socket after us.
  void stop_listening();
  // Stops listening, answers what is in hand with Connection: close, then calls `on_drained` (at
  // once if nothing is open, else in a later turn). An idle connection is kept for a moment more,
  // because its next request may be on its way already; one that has not had its first request, for
  // two seconds.
  void drain(std::function<void()> on_drained);

  // Backpressure: while paused no connection is read; open answers still go out.
  void pause_reading();
  void resume_reading();

  // For once a second or so: gives back memory that was kept for reuse and is not used; returns how
  // much.
  std::size_t shrink();

 private:
  friend class Responder;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::server
