// A listening socket by itself: opened here or received from another process, served by a Listener.
//
// It has its address to itself; shared_listen.h is for what several reactors listen at together.
// Closing the last copy of a socket resets what waits in its queue; whether another process holds
// a copy is what Keeper tells.
#pragma once

#include <cstdint>

#include <sys/types.h>

#include "base/error.h"
#include "files/descriptor.h"
#include "io/socket_address.h"

namespace penstock::io {

enum class Keeper : std::uint8_t {
  kNone,     // This process alone: what waits in the queue is to be taken before closing.
  kPerhaps,  // A service manager, over a restart but not over a stop; it tells us not which.
  kSomeone,  // Another process serves it after us: what waits in the queue is that one's.
};

class ListenSocket {
 public:
  // Binds and listens. kExhausted with errno where the address is taken or not ours. A unix socket
  // that a dead process has left is replaced, a live one is not. Who may connect to it is left to
  // its folder, as whoever may reach a TCP port of ours may also reach the socket,
  static Result<ListenSocket> open(const SocketAddress& address);
  // or to `unix_mode` besides.
  static Result<ListenSocket> open(const SocketAddress& address, mode_t unix_mode);

  // Takes `fd`, and closes it where it is no listening stream socket of TCP or the unix kind:
  // kConfiguration. Sets what our own sockets have: non-blocking, close-on-exec, TCP_NODELAY.
  static Result<ListenSocket> adopt(files::Descriptor fd, Keeper keeper);

  // Another descriptor of the same socket, for a second loop.
  Result<ListenSocket> duplicate() const;

  ListenSocket(ListenSocket&&) = default;
  ListenSocket& operator=(ListenSocket&&) = delete;
  // Closes. A unix socket's file is removed where nobody keeps the socket.
  ~ListenSocket();

  int fd() const { return fd_.get(); }
  // As bound: with the port that the system picked.
  const SocketAddress& address() const { return address_; }
  // Whether another socket may be opened at the same address.
  bool has_reuse_port() const;

  Keeper keeper() const { return keeper_; }
  void set_keeper(Keeper keeper) { keeper_ = keeper; }

 private:
  ListenSocket(files::Descriptor fd, Keeper keeper);

  files::Descriptor fd_;
  SocketAddress address_;
  Keeper keeper_;
};

}  // namespace penstock::io
