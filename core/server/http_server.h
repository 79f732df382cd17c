// An HTTP/1.x server on one loop: connections, limits, deadlines, keep-alive, drain. What requests
// mean is the handler's business; the intake, the console and the admin port are three handlers.
//
// One request at a time per connection: while a handler owes an answer the connection stops
// reading, so a fast client is slowed by TCP and not by our memory. Pipelined requests are
// answered in order. An idle connection holds no buffer and no timer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/listen_socket.h"
#include "io/listener_options.h"
#include "io/loop.h"
#include "server/handler.h"

namespace penstock::server {

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
  Result<void> listen(const std::string& address, io::ListenerOptions options = {});
  // Serves a socket that is listening already.
  void listen(io::ListenSocket socket, io::ListenerOptions options = {});
  // For a socket that is no longer wanted but may have been found by clients: serves it for this
  // long, then takes what waits and closes it.
  void listen_briefly(io::ListenSocket socket, io::ListenerOptions options, std::int64_t for_ms);
  // Of every listener, for connections that it accepts from now on. One that takes plain bytes goes
  // on to take them; any other takes `options.tls` where there is one.
  void set_listener_options(const io::ListenerOptions& options);
  // Who holds the sockets besides this process, where that changes.
  void set_keeper(io::Keeper keeper);

  // Of the first TCP listener; 0 without one. Tells which port was picked.
  std::uint16_t port() const;
  // What listen() was given, with the ports that were picked; each once. Of those with TLS, or of
  // the others.
  std::vector<std::string> addresses(bool with_tls = false) const;

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
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::server
