#include "queue/redis/link.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <hiredis.h>
#include <netdb.h>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kBackoffFirstMs = 50;
constexpr std::int64_t kBackoffLastMs = 5'000;
// A connection that did not last this long counts as one more failure.
constexpr std::int64_t kSteadyMs = 2'000;
constexpr std::size_t kReadBufferBytes = 16'384;

struct WriteRequest {
  explicit WriteRequest(RedisCommand a_command) : command(std::move(a_command)) {}
  uv_write_t request{};
  RedisCommand command;
  std::vector<uv_buf_t> pieces;
};

struct ConnectRequest {
  uv_connect_t request{};
  std::shared_ptr<RedisLink*> link;
  std::uint64_t attempt = 0;
};

Error disconnected(std::int64_t native, const char* step) {
  return {ErrorCode::kDisconnected, native, step};
}

RedisReply view_of(const redisReply& reply) {
  RedisReply view;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      view.kind = RedisReply::Kind::kText;
      break;
    case REDIS_REPLY_INTEGER:
      view.kind = RedisReply::Kind::kInteger;
      view.integer = reply.integer;
      return view;
    case REDIS_REPLY_ERROR:
      view.kind = RedisReply::Kind::kError;
      break;
    case REDIS_REPLY_ARRAY:
      view.kind = RedisReply::Kind::kArray;
      return view;
    default:
      return view;
  }
  view.text = {reply.str, reply.len};
  return view;
}

}  // namespace

// Outlives the link where it goes while the name is looked up.
struct RedisLink::Resolve {
  uv_getaddrinfo_t request{};
  std::shared_ptr<RedisLink*> link;
  std::uint64_t attempt = 0;
};

void RedisLink::FreeReader::operator()(redisReader* reader) const noexcept {
  redisReaderFree(reader);
}

RedisLink::RedisLink(const RedisOptions& options, io::Loop& loop, Random random,
                     RedisLinkEvents& events)
    : options_(options),
      loop_(loop),
      random_(random),
      events_(events),
      self_(std::make_shared<RedisLink*>(this)),
      read_buffer_(kReadBufferBytes),
      deadline_(loop, [this] { on_deadline(); }),
      retry_(loop, [this] { connect(); }) {
  retry_.start_once(0);
}

RedisLink::~RedisLink() { *self_ = nullptr; }

void RedisLink::send(RedisCommand command, OnReply on_reply) {
  PENSTOCK_CHECK(is_ready());
  write(std::move(command), std::move(on_reply));
}

void RedisLink::connect() {
  state_ = State::kConnecting;
  ++attempt_;
  deadline_.start_once(options_.timeout_ms);
  if (!options_.address.unix_path.empty()) return connect_unix();

  auto resolve = std::make_unique<Resolve>();
  resolve->link = self_;
  resolve->attempt = attempt_;
  resolve->request.data = resolve.get();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const auto done = [](uv_getaddrinfo_t* request, int status, addrinfo* addresses) {
    const std::unique_ptr<Resolve> finished(static_cast<Resolve*>(request->data));
    RedisLink* link = *finished->link;
    if (link != nullptr && link->attempt_ == finished->attempt) {
      link->on_resolved(status, addresses);
    }
    uv_freeaddrinfo(addresses);
  };
  const std::string port = str_cat(options_.address.port);
  const int started = uv_getaddrinfo(loop_.uv(), &resolve->request, done,
                                     options_.address.host.c_str(), port.c_str(), &hints);
  if (started != 0) return drop(disconnected(started, "look up the Redis host"));
  static_cast<void>(resolve.release());  // `done` takes it back.
}

void RedisLink::on_resolved(int status, const addrinfo* addresses) {
  if (status != 0) return drop(disconnected(status, "look up the Redis host"));
  addresses_.clear();
  for (const addrinfo* address = addresses; address != nullptr; address = address->ai_next) {
    sockaddr_storage copy{};
    std::memcpy(&copy, address->ai_addr, std::min<std::size_t>(address->ai_addrlen, sizeof copy));
    addresses_.push_back(copy);
  }
  std::reverse(addresses_.begin(), addresses_.end());  // Taken from the back.
  connect_next();
}

void RedisLink::connect_next() {
  const sockaddr_storage address = addresses_.back();
  addresses_.pop_back();
  handle_.reset(new Handle());
  PENSTOCK_CHECK(uv_tcp_init(loop_.uv(), &handle_->tcp) == 0);
  handle_->base.data = this;

  auto connect = std::make_unique<ConnectRequest>();
  connect->link = self_;
  connect->attempt = attempt_;
  connect->request.data = connect.get();
  const auto done = [](uv_connect_t* request, int status) {
    const std::unique_ptr<ConnectRequest> finished(static_cast<ConnectRequest*>(request->data));
    RedisLink* link = *finished->link;
    if (link != nullptr && link->attempt_ == finished->attempt && status != UV_ECANCELED) {
      link->on_connected(status);
    }
  };
  const int started = uv_tcp_connect(&connect->request, &handle_->tcp,
                                     reinterpret_cast<const sockaddr*>(&address), done);
  if (started != 0) return drop(disconnected(started, "connect to Redis"));
  static_cast<void>(connect.release());  // `done` takes it back.
}

void RedisLink::connect_unix() {
  addresses_.clear();
  handle_.reset(new Handle());
  PENSTOCK_CHECK(uv_pipe_init(loop_.uv(), &handle_->pipe, 0) == 0);
  handle_->base.data = this;

  auto connect = std::make_unique<ConnectRequest>();
  connect->link = self_;
  connect->attempt = attempt_;
  connect->request.data = connect.get();
  const auto done = [](uv_connect_t* request, int status) {
    const std::unique_ptr<ConnectRequest> finished(static_cast<ConnectRequest*>(request->data));
    RedisLink* link = *finished->link;
    if (link != nullptr && link->attempt_ == finished->attempt && status != UV_ECANCELED) {
      link->on_connected(status);
    }
  };
  uv_pipe_connect(&connect.release()->request, &handle_->pipe, options_.address.unix_path.c_str(),
                  done);
}

void RedisLink::on_connected(int status) {
  if (status != 0) {
    if (!addresses_.empty()) return connect_next();
    return drop(disconnected(status, "connect to Redis"));
  }
  if (options_.address.unix_path.empty()) uv_tcp_nodelay(&handle_->tcp, 1);
  reader_.reset(redisReaderCreate());
  const auto on_alloc = [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    auto* link = static_cast<RedisLink*>(handle->data);
    *buffer = link == nullptr ? uv_buf_init(nullptr, 0)
                              : uv_buf_init(link->read_buffer_.data(), kReadBufferBytes);
  };
  const auto on_bytes = [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    auto* link = static_cast<RedisLink*>(stream->data);
    if (link == nullptr || count == 0) return;
    link->on_read(count, {buffer->base, static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
  };
  uv_read_start(&handle_->stream, on_alloc, on_bytes);
  state_ = State::kGreeting;
  greet();
}

void RedisLink::greet() {
  const RedisAddress& address = options_.address;
  const auto check = [this](const char* step) {
    return [this, step](const Result<RedisReply>& reply) {
      if (!reply || !reply->is_error()) return;
      if (!is_down_reported_) {
        log_error("redis", "refused us", {{"step", step}, {"error", reply->text}});
      }
      drop({ErrorCode::kConfiguration, 0, step});
    };
  };
  if (!address.password.empty()) {
    RedisCommand auth(address.user.empty() ? 2 : 3);
    auth.add("AUTH");
    if (!address.user.empty()) auth.add(address.user);
    write(std::move(auth.add(address.password)), check("authenticate to Redis"));
  }
  if (address.database != 0) {
    RedisCommand select(2);
    select.add("SELECT").add(str_cat(address.database));
    write(std::move(select), check("select the Redis database"));
  }
  RedisCommand info(2);
  info.add("INFO").add("memory");
  write(std::move(info), [this](const Result<RedisReply>& reply) {
    if (reply) on_greeted(*reply);
  });
}

void RedisLink::on_greeted(const RedisReply& info) {
  if (info.is_error() && !info.text.starts_with("NOPERM")) {
    return drop(to_error(refusal_of(info.text), "greet Redis"));
  }
  state_ = State::kReady;
  ready_at_ms_ = loop_.now_ms();
  if (is_down_reported_) log_info("redis", "connected", {{"to", options_.address.text()}});
  is_down_reported_ = false;
  events_.on_ready(info.is_error() ? std::string_view() : info.text);
}

void RedisLink::write(RedisCommand command, OnReply on_reply) {
  waiting_.push_back({loop_.now_ms() + options_.timeout_ms, std::move(on_reply)});
  if (!deadline_.is_armed()) deadline_.start_once(options_.timeout_ms);

  auto write = std::make_unique<WriteRequest>(std::move(command));
  write->request.data = write.get();
  write->pieces.reserve(write->command.pieces());
  write->command.for_each_piece([&](std::string_view piece) {
    write->pieces.push_back(
        uv_buf_init(const_cast<char*>(piece.data()), static_cast<unsigned>(piece.size())));
  });
  const auto done = [](uv_write_t* request, int status) {
    const std::unique_ptr<WriteRequest> finished(static_cast<WriteRequest*>(request->data));
    auto* link = static_cast<RedisLink*>(request->handle->data);
    if (link != nullptr && status < 0 && status != UV_ECANCELED) {
      link->drop(disconnected(status, "write to Redis"));
    }
  };
  const int started = uv_write(&write->request, &handle_->stream, write->pieces.data(),
                               static_cast<unsigned>(write->pieces.size()), done);
  PENSTOCK_CHECK(started == 0);        // Errors of the socket come to `done`.
  static_cast<void>(write.release());  // `done` takes it back.
}

void RedisLink::on_read(ssize_t count, std::string_view bytes) {
  if (count < 0) return drop(disconnected(count, "read from Redis"));
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
  const std::shared_ptr<RedisLink*> self = self_;
  const std::uint64_t attempt = attempt_;
  while (true) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
      return drop(disconnected(0, "understand Redis"));
    }
    if (raw == nullptr) return;
    const std::unique_ptr<void, void (*)(void*)> reply(raw, freeReplyObject);
    if (waiting_.empty()) return drop(disconnected(0, "understand Redis"));
    const OnReply on_reply = std::move(waiting_.front().on_reply);
    waiting_.pop_front();
    is_looking_again_ = false;
    on_reply(view_of(*static_cast<const redisReply*>(raw)));
    // The callee may have dropped the connection, or us.
    if (*self == nullptr || attempt_ != attempt || state_ == State::kClosed) return;
  }
}

void RedisLink::on_deadline() {
  if (state_ == State::kConnecting) return drop(disconnected(ETIMEDOUT, "connect to Redis"));
  if (waiting_.empty()) return;
  const std::int64_t left_ms = waiting_.front().due_ms - loop_.now_ms();
  if (left_ms > 0) return deadline_.start_once(left_ms);
  // Timers run before input: after a long turn of our own the reply may be here already.
  if (!is_looking_again_) {
    is_looking_again_ = true;
    return deadline_.start_once(0);
  }
  drop(disconnected(ETIMEDOUT, "wait for Redis"));
}

void RedisLink::drop(const Error& error) {
  if (state_ == State::kClosed) return;
  const bool was_steady = state_ == State::kReady && loop_.now_ms() - ready_at_ms_ >= kSteadyMs;
  failures_ = was_steady ? 0 : failures_ + 1;
  state_ = State::kClosed;
  is_looking_again_ = false;
  handle_.reset();
  deadline_.cancel();
  if (!is_down_reported_) {
    log_warn("redis", "not connected",
             {{"to", options_.address.text()}, {"error", to_text(error)}});
  }
  is_down_reported_ = true;
  retry_later();

  const std::shared_ptr<RedisLink*> self = self_;
  const std::deque<Waiting> waiting = std::exchange(waiting_, {});
  for (const Waiting& command : waiting) {
    command.on_reply(fail(error));
    if (*self == nullptr) return;
  }
  events_.on_lost(error);
}

void RedisLink::retry_later() {
  const std::uint32_t doublings = std::min<std::uint32_t>(failures_, 10);
  const std::int64_t longest_ms = std::min(kBackoffFirstMs << doublings, kBackoffLastMs);
  // Half of it is chance, so that reactors do not come back all at once.
  const auto jitter = random_.below(static_cast<std::uint64_t>(longest_ms / 2 + 1));
  retry_.start_once(longest_ms / 2 + static_cast<std::int64_t>(jitter));
}

}  // namespace penstock::queue
