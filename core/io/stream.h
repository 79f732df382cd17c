// The plain transport: a connected TCP or unix socket on a loop.
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
#include "io/transport.h"

namespace penstock::io {

class Stream final : public Transport {
 public:
  // Borrows both.
  Stream(Loop& loop, TransportEvents& events) : loop_(loop), events_(events) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Result<void> open(int fd, bool is_unix) override;
  bool begin_handshake(std::string_view /*early*/) override { return false; }
  Result<void> write(std::string_view bytes) override;
  std::size_t unsent_bytes() const override;
  void resume() override;
  void end_writing() override;
  void reset() override;
  bool has_input() const override;

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
  TransportEvents& events_;
  Owned<Handle> handle_;
  bool is_asleep_ = false;
  bool has_filled_buffer_ = false;  // By the last read: more waits.
  bool is_yielding_ = false;        // To other streams, until the next turn.
};

}  // namespace penstock::io
