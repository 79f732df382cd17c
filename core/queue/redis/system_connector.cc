// Connections over libuv.
#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/un.h>

#include "base/check.h"
#include "io/owned.h"
#include "io/timer.h"
#include "queue/redis/network.h"

namespace penstock::queue {
namespace {

union Handle {
  uv_handle_t base;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
};

struct WriteRequest {
  explicit WriteRequest(RedisCommand a_command) : command(std::move(a_command)) {}
  uv_write_t request{};
  RedisCommand command;
  std::vector<uv_buf_t> pieces;
};

Error disconnected(std::int64_t native, const char* step) {
  return {ErrorCode::kDisconnected, native, step,
          native == UV_EOF ? "it has closed the connection" : nullptr};
}

class UvWire final : public RedisWire {
 public:
  UvWire(io::Loop& loop, io::Owned<Handle> handle) : loop_(loop), handle_(std::move(handle)) {
    handle_->base.data = this;
  }

  void start(RedisWireEvents& events) override {
    events_ = &events;
    const auto on_alloc = [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
      const auto* wire = static_cast<UvWire*>(handle->data);
      *buffer = uv_buf_init(nullptr, 0);
      if (wire == nullptr) return;
      const std::span<char> room = wire->loop_.read_buffer();
      *buffer = uv_buf_init(room.data(), static_cast<unsigned>(room.size()));
    };
    const auto on_read = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
      auto* wire = static_cast<UvWire*>(stream->data);
      if (wire == nullptr || count == 0) return;
      if (count < 0) return wire->events_->on_closed(wire->closed(count));
      wire->has_read_ = true;
      wire->events_->on_bytes({buffer->base, static_cast<std::size_t>(count)});
    };
    uv_read_start(&handle_->stream, on_alloc, on_read);
  }

  void write(RedisCommand command) override {
    auto write = std::make_unique<WriteRequest>(std::move(command));
    write->request.data = write.get();
    write->pieces.reserve(write->command.pieces());
    write->command.for_each_piece([&](std::string_view piece) {
      write->pieces.push_back(
          uv_buf_init(const_cast<char*>(piece.data()), static_cast<unsigned>(piece.size())));
    });
    const auto on_written = [](uv_write_t* request, int status) {
      const std::unique_ptr<WriteRequest> finished(static_cast<WriteRequest*>(request->data));
      const auto* wire = static_cast<UvWire*>(request->handle->data);
      if (wire == nullptr || status >= 0 || status == UV_ECANCELED) return;
      wire->events_->on_closed(disconnected(status, "write to Redis"));
    };
    const int started = uv_write(&write->request, &handle_->stream, write->pieces.data(),
                                 static_cast<unsigned>(write->pieces.size()), on_written);
    PENSTOCK_CHECK(started == 0);        // Errors of the socket come to `on_written`.
    static_cast<void>(write.release());  // `on_written` takes it back.
  }

  std::uint64_t unsent_bytes() const override {
    return uv_stream_get_write_queue_size(&handle_->stream);
  }

  Result<files::Descriptor> take_socket() override {
    int fd = -1;
    PENSTOCK_CHECK(uv_fileno(&handle_->base, &fd) == 0);
    files::Descriptor copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copy.is_open()) return fail(ErrorCode::kExhausted, errno, "keep the connection to Redis");
    return copy;
  }

 private:
  // A port for TLS takes our first command for a broken handshake, and has nothing to say to it.
  Error closed(std::int64_t native) const {
    Error error = disconnected(native, "read from Redis");
    if (!has_read_ && handle_->base.type == UV_TCP) {
      error.reason =
          "it has closed the connection without a word; where its port is for TLS, write rediss://";
    }
    return error;
  }

  io::Loop& loop_;
  io::Owned<Handle> handle_;
  RedisWireEvents* events_ = nullptr;
  bool has_read_ = false;
};

class Opening final : public Underway {
 public:
  Opening(io::Loop& loop, const io::SocketAddress& address, Connector::OnOpened on_opened)
      : loop_(loop),
        on_opened_(std::move(on_opened)),
        handle_(new Handle()),
        request_(new Request{{}, this}),
        refused_(loop, [this] { on_connected(refusal_); }) {
    request_->uv.data = request_;
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (address.is_unix()) {
      PENSTOCK_CHECK(uv_pipe_init(loop.uv(), &handle_->pipe, 0) == 0);
      const auto* path = reinterpret_cast<const sockaddr_un*>(raw)->sun_path;
      uv_pipe_connect(&request_->uv, &handle_->pipe, path, on_request_done);
      return;
    }
    PENSTOCK_CHECK(uv_tcp_init(loop.uv(), &handle_->tcp) == 0);
    refusal_ = uv_tcp_connect(&request_->uv, &handle_->tcp, raw, on_request_done);
    if (refusal_ == 0) return;
    delete std::exchange(request_, nullptr);
    refused_.start_once(0);
  }
  ~Opening() override {
    if (request_ != nullptr) request_->opening = nullptr;
  }

 private:
  // libuv's until its callback.
  struct Request {
    uv_connect_t uv;
    Opening* opening;
  };
  static void on_request_done(uv_connect_t* uv, int status) {
    const std::unique_ptr<Request> request(static_cast<Request*>(uv->data));
    if (request->opening == nullptr) return;
    request->opening->request_ = nullptr;
    request->opening->on_connected(status);
  }
  // May be the end of us.
  void on_connected(int status) {
    const Connector::OnOpened on_opened = std::move(on_opened_);
    if (status != 0) return on_opened(fail(disconnected(status, "connect to Redis")));
    if (handle_->base.type == UV_TCP) uv_tcp_nodelay(&handle_->tcp, 1);
    on_opened(std::unique_ptr<RedisWire>(std::make_unique<UvWire>(loop_, std::move(handle_))));
  }

  io::Loop& loop_;
  Connector::OnOpened on_opened_;
  io::Owned<Handle> handle_;
  Request* request_;
  int refusal_ = 0;
  io::Timer refused_;
};

class SystemConnector final : public Connector {
 public:
  std::unique_ptr<Underway> open(io::Loop& loop, const io::SocketAddress& address,
                                 OnOpened on_opened) override {
    return std::make_unique<Opening>(loop, address, std::move(on_opened));
  }
};

}  // namespace

Connector& system_connector() {
  static SystemConnector connector;
  return connector;
}

}  // namespace penstock::queue
