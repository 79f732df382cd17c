// A listening socket on a loop.
//
// TCP sockets are opened with SO_REUSEPORT, so that every reactor has one at the same address and
// the kernel spreads the connections. When descriptors run out accepting rests a while instead of
// spinning on a socket that stays readable; the waiting peers are served when some are free again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "io/loop.h"
#include "io/owned.h"
#include "io/socket_address.h"
#include "io/timer.h"

namespace penstock::io {

// Told about accepted sockets. Calls must not drop the listener.
class Acceptor {
 public:
  // Takes `fd`: connected, non-blocking, close-on-exec, TCP_NODELAY set.
  virtual void on_accepted(int fd, const SocketAddress& peer) = 0;
  // No descriptor or memory for a waiting peer; `error` is errno. Once a pause.
  virtual void on_exhausted(int error) = 0;

 protected:
  ~Acceptor() = default;
};

class Listener {
 public:
  // Borrows `loop` and `acceptor`. kExhausted with errno where the address is taken or not ours.
  // A unix socket that a dead process has left is replaced, a live one is not.
  static Result<std::unique_ptr<Listener>> open(const SocketAddress& address, Loop& loop,
                                                Acceptor& acceptor);
  // Closes; a unix socket's file is removed.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // As bound: with the port that the system picked.
  const SocketAddress& address() const { return address_; }

  // Takes what waits in the kernel's queue, up to its end. The last act before closing: what the
  // kernel has accepted for us would be reset otherwise.
  void accept_all();

 private:
  Listener(int fd, Loop& loop, Acceptor& acceptor);
  void watch();
  void accept_some(int count_max);

  int fd_;
  SocketAddress address_;
  Acceptor& acceptor_;
  Owned<uv_poll_t> poll_;
  Timer rest_;
};

}  // namespace penstock::io
