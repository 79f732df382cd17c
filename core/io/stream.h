// A connected TCP or unix socket on a loop: bytes in, bytes out, nothing about what they mean.
//
// Built for many idle peers: reading goes into the loop's shared buffer, once a turn, so that no
// peer keeps the others waiting by sending much; a write that the kernel takes whole costs one
// system call and no memory, and holding a reader back costs nothing until the peer really sends.
#pragma once

#include <cstddef>
#include <string_view>

#include <uv.h>

#include "base/error.h"
#include "io/loop.h"
#include "io/owned.h"

namespace penstock::io {

// Told about its stream. Each call may drop the stream and the object that receives it.
class StreamEvents {
 public:
  // Asked before each read. False: the bytes stay in the kernel and the stream sleeps until
  // Stream::resume().
  virtual bool wants_bytes() = 0;
  // `bytes` are lent for the call.
  virtual void on_bytes(std::string_view bytes) = 0;
  // The peer has ended its side (error 0) or the connection broke (a UV_* code). Nothing more is
  // read.
  virtual void on_end(int error) = 0;
  // All that write() had to keep is with the kernel now.
  virtual void on_written() = 0;

 protected:
  ~StreamEvents() = default;
};

class Stream {
 public:
  // Borrows both.
  Stream(Loop& loop, StreamEvents& events) : loop_(loop), events_(events) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Takes `fd`, a connected, non-blocking socket, also in failure, and begins to read. Once.
  Result<void> open(int fd, bool is_unix);

  // Hands `bytes` to the kernel, or a copy of what it does not take now to the loop; on_written()
  // follows in the second case. kDisconnected where the peer has gone.
  Result<void> write(std::string_view bytes);

  // Bytes that write() keeps.
  std::size_t unsent_bytes() const;

  // Reads again after wants_bytes() said no. Free where it was not asked meanwhile.
  void resume();

  // Sends the end of our side; reading goes on. Requires unsent_bytes() == 0.
  void end_writing();

  // Closes at once with a reset, so that the kernel keeps nothing for this peer.
  void reset();

  // Whether bytes wait in the kernel, or the peer's end does.
  bool has_input() const;

 private:
  union Handle {
    uv_handle_t base;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  };
  static void on_alloc(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  void begin_reading();
  int fd() const;

  Loop& loop_;
  StreamEvents& events_;
  Owned<Handle> handle_;
  bool is_asleep_ = false;
  bool has_filled_buffer_ = false;  // By the last read: more waits.
  bool is_yielding_ = false;        // To other streams, until the next turn.
};

}  // namespace penstock::io
