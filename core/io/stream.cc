#include "io/stream.h"

#include <memory>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

namespace penstock::io {
namespace {

// Lives until its callback, also when the stream has gone by then.
struct WriteRest {
  uv_write_t request{};
  std::string bytes;
};

}  // namespace

Result<void> Stream::open(int fd, bool is_unix) {
  PENSTOCK_CHECK(handle_ == nullptr);
  auto handle = std::make_unique<Handle>();
  const int made =
      is_unix ? uv_pipe_init(loop_.uv(), &handle->pipe, 0) : uv_tcp_init(loop_.uv(), &handle->tcp);
  if (made != 0) {
    ::close(fd);
    return fail(ErrorCode::kExhausted, made, "open a stream");
  }
  handle_.reset(handle.release());
  const int opened = is_unix ? uv_pipe_open(&handle_->pipe, fd) : uv_tcp_open(&handle_->tcp, fd);
  if (opened != 0) {
    ::close(fd);
    handle_.reset();
    return fail(ErrorCode::kExhausted, opened, "open a stream");
  }
  handle_->base.data = this;
  begin_reading();
  return {};
}

void Stream::begin_reading() { uv_read_start(&handle_->stream, on_alloc, on_read); }

// Without a buffer libuv reads nothing, reports UV_ENOBUFS and goes on to the next stream. It would
// read 32 times where the buffer is filled each time: 2 MiB of one peer while all others wait.
void Stream::on_alloc(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
  auto* self = static_cast<Stream*>(handle->data);
  *buffer = uv_buf_init(nullptr, 0);
  if (self == nullptr) return;
  self->is_yielding_ = std::exchange(self->has_filled_buffer_, false);
  if (self->is_yielding_ || !self->events_.wants_bytes()) return;
  const std::span<char> shared = self->loop_.read_buffer();
  *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
}

void Stream::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<Stream*>(stream->data);
  if (self == nullptr || count == 0) return;
  if (count > 0) {
    self->has_filled_buffer_ = static_cast<std::size_t>(count) == buffer->len;
    self->events_.on_bytes({buffer->base, static_cast<std::size_t>(count)});
    return;
  }
  if (count == UV_ENOBUFS) {
    if (self->is_yielding_) return;  // Still polled.
    uv_read_stop(stream);
    self->is_asleep_ = true;
    return;
  }
  uv_read_stop(stream);
  self->events_.on_end(count == UV_EOF ? 0 : static_cast<int>(count));
}

Result<void> Stream::write(std::string_view bytes) {
  // uv_try_write refuses by itself while older bytes wait, so the order is kept.
  uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  const int sent = uv_try_write(&handle_->stream, &buffer, 1);
  if (sent < 0 && sent != UV_EAGAIN) return fail(ErrorCode::kDisconnected, sent, "write");
  if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  if (bytes.empty()) return {};

  auto rest = std::make_unique<WriteRest>();
  rest->bytes = bytes;
  rest->request.data = rest.get();
  buffer = uv_buf_init(rest->bytes.data(), static_cast<unsigned>(rest->bytes.size()));
  const auto on_written = [](uv_write_t* request, int status) {
    const std::unique_ptr<WriteRest> finished(static_cast<WriteRest*>(request->data));
    auto* self = static_cast<Stream*>(request->handle->data);
    if (self == nullptr || status == UV_ECANCELED) return;
    if (status < 0) return self->events_.on_end(status);
    if (self->unsent_bytes() == 0) self->events_.on_written();
  };
  const int queued = uv_write(&rest->request, &handle_->stream, &buffer, 1, on_written);
  if (queued != 0) return fail(ErrorCode::kDisconnected, queued, "write");
  static_cast<void>(rest.release());  // on_written takes it back.
  return {};
}

std::size_t Stream::unsent_bytes() const {
  return uv_stream_get_write_queue_size(&handle_->stream);
}

void Stream::resume() {
  if (!is_asleep_) return;
  is_asleep_ = false;
  begin_reading();
}

int Stream::fd() const {
  uv_os_fd_t descriptor = -1;
  uv_fileno(&handle_->base, &descriptor);
  return descriptor;
}

void Stream::end_writing() {
  PENSTOCK_CHECK(unsent_bytes() == 0);
  ::shutdown(fd(), SHUT_WR);
}

void Stream::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  handle_.reset();
}

bool Stream::has_input() const {
  pollfd waiting{fd(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace penstock::io
