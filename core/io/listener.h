// Accepts the connections of a listening socket, on a loop.
//
// When descriptors run out accepting rests a while instead of spinning on a socket that stays
// readable; the waiting peers are served when some are free again.
#pragma once

#include <cstdint>

#include "io/listen_socket.h"
#include "io/listener_options.h"
#include "io/loop.h"
#include "io/owned.h"
#include "io/socket_address.h"
#include "io/timer.h"

namespace penstock::io {

// Told about accepted sockets. Calls must not drop the listener.
class Acceptor {
 public:
  // Takes `fd`: connected, non-blocking, close-on-exec, TCP_NODELAY set. `options` are its
  // listener's, lent for the call.
  virtual void on_accepted(int fd, const SocketAddress& peer, const ListenerOptions& options) = 0;
  // No descriptor or memory for a waiting peer; `error` is errno. Once a pause.
  virtual void on_exhausted(int error) = 0;

 protected:
  ~Acceptor() = default;
};

class Listener {
 public:
  // Takes `socket`. Borrows `loop` and `acceptor`.
  Listener(ListenSocket socket, ListenerOptions options, Loop& loop, Acceptor& acceptor);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const SocketAddress& address() const { return socket_.address(); }
  const ListenerOptions& options() const { return options_; }
  // For what is accepted from now on. The address stays.
  void set_options(ListenerOptions options);
  void set_keeper(Keeper keeper) { socket_.set_keeper(keeper); }

  // The last act before closing: takes what waits in the kernel's queue now, unless somebody serves
  // the socket after us. It would be reset otherwise.
  void take_what_waits();

 private:
  void watch();
  void accept_some(int count_max);

  ListenSocket socket_;
  ListenerOptions options_;
  Acceptor& acceptor_;
  Owned<uv_poll_t> poll_;
  Timer rest_;
};

}  // namespace penstock::io
