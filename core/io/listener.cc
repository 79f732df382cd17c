#include "io/listener.h"

#include <cerrno>
#include <climits>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"

namespace penstock::io {
namespace {

// The kernel cuts it to net.core.somaxconn. Long enough for a burst that one slow turn leaves.
constexpr int kBacklog = 4096;
// Per turn, so that a flood of new peers does not starve the ones that are being served.
constexpr int kAcceptsPerTurn = 64;
constexpr std::int64_t kRestMs = 100;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int get() const { return fd_; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

tl::unexpected<Error> failure(const char* step) { return fail(ErrorCode::kExhausted, errno, step); }

const sockaddr* as_sockaddr(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

// A socket's file outlives its process. Whether someone still answers there is asked by
// connecting.
void remove_if_dead(const SocketAddress& address) {
  const std::string path = address.text().substr(5);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const Socket probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), as_sockaddr(address), address.bytes) != 0 && errno == ECONNREFUSED) {
    ::unlink(path.c_str());
  }
}

// TCP_NODELAY is set on the listening socket: accepted ones inherit it, which saves a call each.
Result<void> prepare_tcp(int fd, int family) {
  if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR) || !set_option(fd, SOL_SOCKET, SO_REUSEPORT) ||
      !set_option(fd, IPPROTO_TCP, TCP_NODELAY)) {
    return failure("set a listening socket's options");
  }
  // So that 0.0.0.0 and [::] can be listened at side by side.
  if (family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY)) {
    return failure("set a listening socket's options");
  }
  return {};
}

// Over with that one peer; the next may be well. Every other error calls for a rest.
bool is_peers_own(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const SocketAddress& address, Loop& loop,
                                                 Acceptor& acceptor) {
  const int family = address.storage.ss_family;
  Socket socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return failure("open a listening socket");
  if (address.is_unix()) {
    remove_if_dead(address);
  } else {
    PENSTOCK_TRY(prepare_tcp(socket.get(), family));
  }
  if (::bind(socket.get(), as_sockaddr(address), address.bytes) != 0) {
    return failure("bind a listening socket");
  }
  // Whoever may reach a TCP port of ours may also reach the socket; the folder's mode is the fence.
  if (address.is_unix()) ::chmod(address.text().substr(5).c_str(), 0666);
  if (::listen(socket.get(), kBacklog) != 0) return failure("listen");

  std::unique_ptr<Listener> listener(new Listener(socket.release(), loop, acceptor));
  listener->address_.bytes = sizeof listener->address_.storage;
  ::getsockname(listener->fd_, reinterpret_cast<sockaddr*>(&listener->address_.storage),
                &listener->address_.bytes);
  listener->watch();
  return listener;
}

Listener::Listener(int fd, Loop& loop, Acceptor& acceptor)
    : fd_(fd), acceptor_(acceptor), poll_(new uv_poll_t()), rest_(loop, [this] { watch(); }) {
  PENSTOCK_CHECK(uv_poll_init(loop.uv(), poll_.get(), fd) == 0);
  poll_->data = this;
}

// Polling must have stopped before the descriptor is closed; uv_close stops it at once.
Listener::~Listener() {
  poll_.reset();
  ::close(fd_);
  if (address_.is_unix()) ::unlink(address_.text().substr(5).c_str());
}

void Listener::watch() {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int /*status*/, int /*events*/) {
    if (auto* self = static_cast<Listener*>(poll->data)) self->accept_some(kAcceptsPerTurn);
  });
}

void Listener::accept_all() { accept_some(INT_MAX); }

void Listener::accept_some(int count_max) {
  for (int count = 0; count < count_max; ++count) {
    SocketAddress peer;
    peer.bytes = sizeof peer.storage;
    const int fd = ::accept4(fd_, reinterpret_cast<sockaddr*>(&peer.storage), &peer.bytes,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      if (address_.is_unix()) peer.storage.ss_family = AF_UNIX;  // An unnamed peer has no address.
      acceptor_.on_accepted(fd, peer);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (is_peers_own(errno)) continue;
    const int error = errno;
    uv_poll_stop(poll_.get());
    rest_.start_once(kRestMs);
    acceptor_.on_exhausted(error);
    return;
  }
}

}  // namespace penstock::io
