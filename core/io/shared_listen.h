// An address that several reactors of one program listen at, each with a socket of its own
// (SO_REUSEPORT): the kernel spreads the connections over them. Nobody else may be among them, of
// our own programs either: he would get every second connection, and serve it from another state.
#pragma once

#include "base/error.h"
#include "io/listen_socket.h"

namespace penstock::io {

// The first one. kExhausted with EADDRINUSE where anybody listens there, be it with SO_REUSEPORT. A
// unix socket is opened as any other: it can be served by one reactor alone.
Result<ListenSocket> open_shared(const SocketAddress& address);

// Another one at the address of `first`, which this program has opened as above or was given, with
// the same keeper. Fails where that has no SO_REUSEPORT.
Result<ListenSocket> open_beside(const ListenSocket& first);

}  // namespace penstock::io
