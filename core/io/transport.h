// What a server needs of the byte stream to one client: plain bytes (Stream), or bytes through a
// handshake and records of a protocol such as TLS. What goes over it is the owner's business.
//
// The life of one: open(), a PROXY header that the owner reads in the clear where one is due,
// begin_handshake(), on_ready() where that promised one, and from then on bytes both ways.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace penstock::io {

// Told about its transport. Each call may drop the transport and the object that receives it.
class TransportEvents {
 public:
  // Asked before each read. False: the bytes stay in the kernel and the transport sleeps until
  // Transport::resume().
  virtual bool wants_bytes() = 0;
  // The handshake is done: write() may be called, and what comes now came through it.
  virtual void on_ready() = 0;
  // `bytes` are lent for the call, with kReadablePadding bytes of no meaning behind them.
  virtual void on_bytes(std::string_view bytes) = 0;
  // The peer has ended its side (error 0), or the connection or the handshake broke (a UV_* code).
  // Nothing more is read.
  virtual void on_end(int error) = 0;
  // All that write() had to keep is with the kernel now.
  virtual void on_written() = 0;

 protected:
  ~TransportEvents() = default;
};

// Belongs to one loop's thread. May be destroyed at any time, within its own events too: no event
// follows, and what write() keeps is dropped. A protocol that has a goodbye says it then, where
// nothing is kept and the kernel takes it.
class Transport {
 public:
  virtual ~Transport() = default;

  // Takes `fd`, a connected, non-blocking socket, also in failure, and begins to read it as it is.
  // Once.
  virtual Result<void> open(int fd, bool is_unix) = 0;

  // Ends the part in the clear: `early` is what was read of it and is not the owner's. Once, after
  // open(). True: `early` is taken, and on_ready() or on_end() follows, never from within this
  // call. False: there is no handshake, and `early` is the owner's to read.
  virtual bool begin_handshake(std::string_view early) = 0;

  // Hands `bytes` to the kernel, or a copy of what it does not take now to the loop; on_written()
  // follows in the second case. kDisconnected where the peer has gone.
  virtual Result<void> write(std::string_view bytes) = 0;

  // What write() keeps: 0 once the kernel has all of it. In the bytes that go over the wire.
  virtual std::size_t unsent_bytes() const = 0;

  // Reads again after wants_bytes() said no. Free where it was not asked meanwhile.
  virtual void resume() = 0;

  // Sends the end of our side; reading goes on. Requires unsent_bytes() == 0.
  virtual void end_writing() = 0;

  // Closes at once with a reset, so that the kernel keeps nothing for this peer.
  virtual void reset() = 0;

  // Whether bytes wait to be read, in the kernel or here, or the peer's end does.
  virtual bool has_input() const = 0;
};

}  // namespace penstock::io
